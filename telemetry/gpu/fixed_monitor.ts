import type { GpuFacts, GpuMonitor, VramWindow } from './types.ts'

/** The facts of an unknown GPU. */
export const NO_GPU_FACTS: GpuFacts = Object.freeze({
  gpu_name: 'unknown',
  gpu_count: 1,
  vram_total_mb: null,
  driver_version: null,
  source: 'none',
})

const BLIND_WINDOW: VramWindow = Object.freeze({ close: () => null })

/** A monitor with fixed facts: no process, no timer, no memory readings. */
export function fixedGpuMonitor(facts: GpuFacts): GpuMonitor {
  return { facts: () => facts, openWindow: () => BLIND_WINDOW, close: async () => {} }
}
