import { applyGpuConfig } from './apply_gpu_config.ts'
import type { GpuFacts, GpuMonitor, GpuView, VramWindow } from './types.ts'

/** The facts of an unknown GPU. */
export const NO_GPU_FACTS: GpuFacts = Object.freeze({
  gpu_name: 'unknown',
  gpu_count: 1,
  vram_total_mb: null,
  driver_version: null,
  source: 'none',
})

/** A window without readings. */
export const BLIND_WINDOW: VramWindow = Object.freeze({ close: () => null })

/** GPUs with fixed facts: no process, no timer, no memory readings. */
export function fixedGpuView(facts: GpuFacts): GpuView {
  return { facts: () => facts, openWindow: () => BLIND_WINDOW }
}

/** A monitor with fixed facts. */
export function fixedGpuMonitor(facts: GpuFacts): GpuMonitor {
  return {
    ...fixedGpuView(facts),
    select: (choice) => fixedGpuView(applyGpuConfig(facts, choice)),
    close: async () => {},
  }
}
