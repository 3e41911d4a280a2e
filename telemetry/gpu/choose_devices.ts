import { cleanGpuName } from './clean_gpu_name.ts'
import type { GpuProbe } from './probe_types.ts'
import type { GpuFacts } from './types.ts'

/** Equal devices of a host, and where they stand in the probe's readings. */
export interface ChosenDevices {
  facts: GpuFacts
  positions: number[]
}

/**
 * The devices that samples speak of. A sample names one GPU: where a host has different ones, those that have the most memory
 * together are taken (the display adapter beside the accelerators is left out).
 */
export function chooseDevices({ source, devices }: GpuProbe): ChosenDevices {
  const groups = new Map<string, number[]>()
  for (const [position, { name }] of devices.entries()) groups.set(name, [...(groups.get(name) ?? []), position])
  const totals = [...groups.values()].map((positions) => ({ positions, total: sumTotal(devices, positions) }))
  const [best] = totals.sort((a, b) => (b.total ?? 0) - (a.total ?? 0) || b.positions.length - a.positions.length)
  const { positions, total } = best!
  const { name, driver_version } = devices[positions[0]!]!
  const facts = {
    gpu_name: cleanGpuName(name),
    gpu_count: positions.length,
    vram_total_mb: total,
    driver_version,
    source,
  }
  return { facts, positions }
}

function sumTotal(devices: GpuProbe['devices'], positions: readonly number[]): number | null {
  let sum = 0
  for (const position of positions) {
    const total = devices[position]?.vram_total_mb ?? null
    if (total === null) return null
    sum += total
  }
  return sum
}
