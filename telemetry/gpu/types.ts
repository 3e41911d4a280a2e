/** The accelerators of the host, as samples name them. */
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

/** Tracks memory over the life of a task. */
export interface VramWindow {
  /** Highest memory in use since the window opened, in MB; null if unknown. Ends the window. */
  close(): number | null
}

/** One sampler for all tasks: reads the memory in use once a second while a window is open, and not otherwise. */
export interface GpuMonitor {
  facts(): GpuFacts
  openWindow(): VramWindow
  close(): Promise<void>
}
