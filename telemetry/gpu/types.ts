/** Accelerators, as samples name them. */
export interface GpuFacts {
  /** The driver's name of the device; `unknown` if no tool found it. */
  gpu_name: string
  gpu_count: number
  /** Over all `gpu_count` devices; null if unknown. */
  vram_total_mb: number | null
  driver_version: string | null
  /** Which probe found it: `nvml`, `nvidia-smi`, `amd-sysfs`, `amd-smi`, `apple`, `intel`, `config`, `none`. */
  source: string
}

/** Which GPUs an engine uses, and what the settings say of them. */
export interface GpuChoice {
  name?: string
  count?: number
  /** Numbers of the devices, from 0, in the order in which the tool of the host lists them. */
  devices?: readonly number[]
  /** Over all of them. */
  vram_total_mb?: number
  driver_version?: string
}

/** Tracks memory over the life of a task. */
export interface VramWindow {
  /** Highest memory in use since the window opened, in MB; null if unknown. Ends the window. */
  close(): number | null
}

/** The GPUs of an engine: their names, and their memory while its tasks run. */
export interface GpuView {
  /** Whether they are another host's; absent: they are this host's. */
  readonly elsewhere?: boolean
  facts(): GpuFacts
  openWindow(): VramWindow
}

/**
 * The GPUs of the host. One sampler for all tasks: reads the memory in use once a second while a window is open, and not
 * otherwise.
 */
export interface GpuMonitor extends GpuView {
  /** The GPUs of one engine on this host. */
  select(choice: GpuChoice): GpuView
  close(): Promise<void>
}
