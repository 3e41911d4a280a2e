import type { GpuChoice, GpuFacts } from './types.ts'

/** Overrides what a probe found by the settings. If they give fewer GPUs than were found, the total is divided in proportion. */
export function applyGpuConfig(found: GpuFacts, { name, count, devices, vram_total_mb, driver_version }: GpuChoice) {
  const gpu_count = count ?? devices?.length ?? found.gpu_count
  const configured = [name, count, devices, vram_total_mb, driver_version].some((value) => value !== undefined)
  return {
    gpu_name: name ?? found.gpu_name,
    gpu_count,
    vram_total_mb: vram_total_mb ?? scaleTotal(found, gpu_count),
    driver_version: driver_version ?? found.driver_version,
    source: configured && found.source === 'none' ? 'config' : found.source,
  }
}

function scaleTotal({ vram_total_mb, gpu_count }: GpuFacts, count: number): number | null {
  if (vram_total_mb === null || count > gpu_count) return null
  return Math.round((vram_total_mb * count) / gpu_count)
}
