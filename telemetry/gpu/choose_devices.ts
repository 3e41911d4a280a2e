import { cleanGpuName } from './clean_gpu_name.ts'
import type { GpuProbe } from './probe_types.ts'
import type { GpuFacts } from './types.ts'

/** Equal devices of a host, and their positions in the probe's readings. */
export interface ChosenDevices {
  facts: GpuFacts
  positions: number[]
}

/**
 * The devices that samples describe. A sample names one GPU model: if a host has several models, the one with the most memory in
 * total is chosen (which leaves out a display adapter beside the accelerators).
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
