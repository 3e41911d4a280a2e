import { cleanGpuName } from './clean_gpu_name.ts'
import type { GpuDevice, GpuProbe } from './probe_types.ts'
import type { GpuChoice, GpuFacts } from './types.ts'

/** Devices of a host, and their positions in the probe's readings. */
export interface ChosenDevices {
  facts: GpuFacts
  positions: readonly number[]
}

/** The devices of an engine, or why they are not known. */
export type DeviceChoice = ChosenDevices | { unknown: string }

/**
 * The devices that the settings choose; without `devices` all, if they are of one model, or those of the model that `name` names.
 * With several models it is not known which of them the engine uses.
 */
export function chooseDevices(probe: GpuProbe, { devices: numbers, name }: GpuChoice): DeviceChoice {
  const all = probe.devices.map((_, position) => position)
  if (numbers !== undefined) {
    const missing = numbers.filter((number) => !all.includes(number))
    return missing.length > 0 ? { unknown: explainMissing(probe, missing) } : describe(probe, [...new Set(numbers)])
  }
  const named = all.filter((position) => cleanGpuName(probe.devices[position]!.name) === name)
  if (named.length > 0) return describe(probe, named)
  return isOneModel(probe.devices) ? describe(probe, all) : { unknown: explainMixed(probe) }
}

function describe({ source, devices }: GpuProbe, positions: readonly number[]): ChosenDevices {
  const chosen = positions.map((position) => devices[position]!)
  const facts = {
    gpu_name: isOneModel(chosen) ? cleanGpuName(chosen[0]!.name) : 'unknown',
    gpu_count: chosen.length,
    vram_total_mb: sumTotal(chosen),
    driver_version: chosen[0]!.driver_version,
    source,
  }
  return { facts, positions }
}

function isOneModel(devices: readonly GpuDevice[]): boolean {
  return devices.every(({ name }) => name === devices[0]!.name)
}

function sumTotal(devices: readonly GpuDevice[]): number | null {
  return devices.reduce<number | null>(
    (sum, { vram_total_mb }) => (sum === null || vram_total_mb === null ? null : sum + vram_total_mb),
    0,
  )
}

function explainMixed({ source, devices }: GpuProbe): string {
  const list = devices.map(({ name }, number) => `${number}: ${cleanGpuName(name)}`).join(', ')
  return `The host has GPUs of several models (${list}, as ${source} lists them). Samples have gpu_name "unknown" until the settings say which of them an engine uses, for example gpu = { devices = [0] } in its [[upstream]].`
}

function explainMissing({ source, devices }: GpuProbe, missing: readonly number[]): string {
  return `gpu.devices: expected numbers from 0 to ${devices.length - 1}, as ${source} lists the GPUs of the host, found ${missing.join(', ')}. Samples of this engine have gpu_name "unknown".`
}
