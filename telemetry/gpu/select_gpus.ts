import type { GpuConfig } from '../config/schema.ts'
import { applyGpuConfig } from './apply_gpu_config.ts'
import { chooseDevices, type DeviceChoice } from './choose_devices.ts'
import { NO_GPU_FACTS } from './fixed_monitor.ts'
import type { GpuProbe } from './probe_types.ts'
import type { GpuChoice, GpuFacts } from './types.ts'

/** The GPUs of one engine on this host. */
export interface SelectedGpus {
  facts: GpuFacts
  /** Whose memory is that of the engine; null if it is not known. */
  positions: readonly number[] | null
  /** Why the GPU has no name; null if it has one. */
  problem: string | null
}

/**
 * What a probe found of the GPUs of an engine, overridden by `[gpu]` of the host, and that by the engine's own settings. The
 * memory in use is known only if the settings do not give another number of GPUs than the devices whose memory is read.
 */
export function selectGpus(probe: GpuProbe | null, host: GpuConfig, own: GpuChoice): SelectedGpus {
  const choice = probe && chooseDevices(probe, { ...own, name: own.name ?? host.name })
  const chosen = choice && 'facts' in choice ? choice : null
  const found = chosen?.facts ?? NO_GPU_FACTS
  // The count and total of [gpu] are those of all GPUs of the host.
  const { name, driver_version } = host
  const ofHost = applyGpuConfig(found, own.devices && chosen ? { name, driver_version } : host)
  const facts = applyGpuConfig(ofHost, own)
  const isWhole = chosen !== null && facts.gpu_count === chosen.positions.length
  const isNamed = facts.gpu_name !== NO_GPU_FACTS.gpu_name
  return { facts, positions: isWhole ? chosen.positions : null, problem: isNamed ? null : explain(choice, host) }
}

function explain(choice: DeviceChoice | null, { probe }: GpuConfig): string | null {
  if (choice === null) return probe ? NO_TOOL : null
  return 'unknown' in choice ? choice.unknown : null
}

const NO_TOOL =
  'No GPU tool found a device (nvidia-smi, amdgpu, amd-smi, system_profiler, xpu-smi). Samples have gpu_name "unknown"; ' +
  'to name it, set name in [gpu] of the config file, or ORCH_GPU_NAME.'
