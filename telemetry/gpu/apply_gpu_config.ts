import type { GpuConfig } from '../config/schema.ts'
import type { GpuFacts } from './types.ts'

/** The GPU facts for samples, and whether the memory in use that a probe reads belongs to these GPUs. */
export interface ConfiguredFacts {
  facts: GpuFacts
  watch: boolean
}

/**
 * Overrides what a probe found by the settings. If the settings give fewer GPUs than the host has, the total is divided in
 * proportion, and the memory in use is unknown, as the probe reads all GPUs together.
 */
export function applyGpuConfig(found: GpuFacts, config: GpuConfig): ConfiguredFacts {
  const count = config.count ?? found.gpu_count
  const configured = [config.name, config.count, config.vram_total_mb, config.driver_version].some(
    (v) => v !== undefined,
  )
  const facts = {
    gpu_name: config.name ?? found.gpu_name,
    gpu_count: count,
    vram_total_mb: config.vram_total_mb ?? scaleTotal(found, count),
    driver_version: config.driver_version ?? found.driver_version,
    source: configured && found.source === 'none' ? 'config' : found.source,
  }
  return { facts, watch: count === found.gpu_count }
}

function scaleTotal({ vram_total_mb, gpu_count }: GpuFacts, count: number): number | null {
  if (vram_total_mb === null || count > gpu_count) return null
  return Math.round((vram_total_mb * count) / gpu_count)
}
