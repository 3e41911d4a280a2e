/** One accelerator, as a tool reports it. Memory in MB of 1,048,576 bytes, the unit of NVML. */
export interface GpuDevice {
  /** As the driver names it; empty if the tool does not report it. */
  name: string
  vram_total_mb: number | null
  driver_version: string | null
}

/** Memory in use, per device of the probe; null if a device does not report it. */
export type VramReading = readonly (number | null)[]

/** Memory that is read on demand. */
export interface VramReader {
  kind: 'read'
  /** The least time between two readings: a tool that starts an interpreter is not run every second. */
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

/** The result of running a tool: its output, that it is not installed, or why it failed. */
export type ToolResult = { kind: 'output'; text: string } | { kind: 'missing' } | { kind: 'failed'; why: string }

/** The host as probes see it; injected, so that tests run them on recorded outputs. */
export interface ProbeDeps {
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  /** Runs a tool to its end. */
  run: (command: string, args: readonly string[]) => Promise<ToolResult>
  /** Root of the file system: `/`, or a folder of a test. */
  root: string
  /** Imports an optional package; null if it is not installed. */
  importOptional: (name: string) => Promise<unknown>
  /** Memory of the machine in bytes, for devices that share it. */
  totalMemory: () => number
  /** Warns once for each kind of problem. */
  warn: (text: string) => void
}

/** Probes by one tool; null if it is not installed or finds no device. Never throws. */
export type ProbeGpus = (deps: ProbeDeps) => Promise<GpuProbe | null>

export const BYTES_PER_MB = 1_048_576
