import type { GpuFacts, GpuMonitor, VramWindow } from './types.ts'

/** What is known of the GPU of a host that cannot be asked. */
export const NO_GPU_FACTS: GpuFacts = Object.freeze({
  gpu_name: 'unknown',
  gpu_count: 1,
  vram_total_mb: null,
  driver_version: null,
  source: 'none',
})

const BLIND_WINDOW: VramWindow = Object.freeze({ close: () => null })

/** A monitor that only repeats what it was told: no process, no timer, no memory readings. */
export function fixedGpuMonitor(facts: GpuFacts): GpuMonitor {
  return { facts: () => facts, openWindow: () => BLIND_WINDOW, close: async () => {} }
}
