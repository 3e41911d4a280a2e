/** One accelerator, as a tool reports it. Memory in MB of 1,048,576 bytes, the unit of NVML. */
export interface GpuDevice {
  /** As the driver names it; empty if the tool does not say. */
  name: string
  vram_total_mb: number | null
  driver_version: string | null
}

/** Memory in use, per device of the probe; null if a device does not tell. */
export type VramReading = readonly (number | null)[]

/** Memory that is read when it is asked for. */
export interface VramReader {
  kind: 'read'
  /** The least time between two readings: a tool that starts an interpreter is not asked every second. */
  interval_ms: number
  read(): VramReading | Promise<VramReading>
}

/** Memory that a running tool reports by itself, about once a second. */
export interface VramStream {
  kind: 'stream'
  start(listener: (reading: VramReading) => void): void
  /** Ends the tool; `start` may be called again. */
  stop(): Promise<void>
}

/** A tool that answered. */
export interface GpuProbe {
  source: string
  devices: readonly GpuDevice[]
  /** null if the tool does not report memory in use. */
  memory: VramReader | VramStream | null
  close(): void | Promise<void>
}

/** What a tool answered: its output, or that it is not there, or why it failed. */
export type ToolResult = { kind: 'output'; text: string } | { kind: 'missing' } | { kind: 'failed'; why: string }

/** What probes touch of the host; injected, so that they run on recorded outputs. */
export interface ProbeDeps {
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  /** Runs a tool to its end. */
  run: (command: string, args: readonly string[]) => Promise<ToolResult>
  /** Where the file system begins: `/`, or a folder of a test. */
  root: string
  /** Imports a package that need not be installed; null if it is not. */
  importOptional: (name: string) => Promise<unknown>
  /** Memory of the machine in bytes, for devices that share it. */
  totalMemory: () => number
  /** Says a kind of trouble once. */
  warn: (text: string) => void
}

/** Asks one tool; null if it is not there or finds no device. Never throws. */
export type ProbeGpus = (deps: ProbeDeps) => Promise<GpuProbe | null>

export const BYTES_PER_MB = 1_048_576
