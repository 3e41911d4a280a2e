import { loadNvml, type Nvml } from './nvml_library.ts'
import { BYTES_PER_MB, type GpuProbe, type ProbeDeps } from './probe_types.ts'

const PERIOD_MS = 1000

/** NVIDIA by its management library, if the optional package koffi is installed: a reading takes microseconds. */
export async function probeNvml(deps: ProbeDeps): Promise<GpuProbe | null> {
  const koffi = await deps.importOptional('koffi')
  if (koffi === null) return null
  try {
    return describe(loadNvml(koffi, deps.platform))
  } catch {
    // The library is part of the driver; without it no NVIDIA device is available.
    return null
  }
}

function describe(nvml: Nvml): GpuProbe | null {
  const indexes = Array.from({ length: nvml.count() }, (_, index) => index)
  if (indexes.length === 0) {
    nvml.shutdown()
    return null
  }
  const driver_version = nvml.driverVersion()
  return {
    source: 'nvml',
    devices: indexes.map((index) => ({
      name: nvml.name(index),
      vram_total_mb: toMb(nvml.memory(index)?.total),
      driver_version,
    })),
    memory: {
      kind: 'read',
      interval_ms: PERIOD_MS,
      read: () => indexes.map((index) => toMb(nvml.memory(index)?.used)),
    },
    close: () => nvml.shutdown(),
  }
}

function toMb(bytes: number | undefined): number | null {
  return bytes === undefined ? null : Math.round(bytes / BYTES_PER_MB)
}
