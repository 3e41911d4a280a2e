import { totalmem } from 'node:os'
import type { GpuConfig } from '../config/schema.ts'
import { warnDaily } from '../warn_daily.ts'
import { probeAmdSmi } from './amd_smi.ts'
import { probeAmdSysfs } from './amd_sysfs.ts'
import { probeApple } from './apple.ts'
import { applyGpuConfig } from './apply_gpu_config.ts'
import { chooseDevices } from './choose_devices.ts'
import { fixedGpuMonitor, NO_GPU_FACTS } from './fixed_monitor.ts'
import { probeIntel } from './intel.ts'
import { probeNvidiaSmi } from './nvidia_smi.ts'
import { probeNvml } from './nvml.ts'
import type { GpuProbe, ProbeDeps, ProbeGpus } from './probe_types.ts'
import { runTool } from './run_tool.ts'
import type { GpuFacts, GpuMonitor } from './types.ts'
import { VramSampler } from './vram_sampler.ts'

export interface GpuMonitorOptions {
  config: GpuConfig
  env: NodeJS.ProcessEnv
  /** Warns once for each kind of problem. */
  warn: (text: string) => void
  /** Ends the tools that have not finished: the GPU is then unknown. */
  signal?: AbortSignal
  /** What tests replace. */
  deps?: Partial<ProbeDeps> & { now?: () => number }
}

/** In the order in which they are tried; the first that finds a device is used. */
const PROBES: readonly ProbeGpus[] = [probeNvml, probeNvidiaSmi, probeAmdSysfs, probeAmdSmi, probeApple, probeIntel]

/**
 * Finds the accelerators of the host and samples their memory while tasks run. A host without any tool is normal: a warning is
 * printed once, and samples name the GPU `unknown` or as in the settings. Never rejects.
 */
export async function startGpuMonitor(options: GpuMonitorOptions): Promise<GpuMonitor> {
  const { config, signal, deps = {} } = options
  const warn = warnDaily(options.warn)
  const ending = new AbortController()
  signal?.addEventListener('abort', () => ending.abort(), { once: true })
  if (signal?.aborted) ending.abort()
  const probe = config.probe ? await findProbe(makeDeps({ ...options, warn }, ending.signal), ending.signal) : null
  if (probe === null) {
    if (config.probe && config.name === undefined && !ending.signal.aborted) warn(NO_TOOL)
    return fixedGpuMonitor(applyGpuConfig(NO_GPU_FACTS, config).facts)
  }
  const { facts: found, positions } = chooseDevices(probe)
  const { facts, watch } = applyGpuConfig(found, config)
  const now = deps.now ?? (() => performance.now())
  return makeMonitor(facts, probe, watch ? makeSampler(probe, positions, now, warn) : null, ending)
}

const NO_TOOL =
  'No GPU tool found a device (nvidia-smi, amdgpu, amd-smi, system_profiler, xpu-smi). Samples have gpu_name "unknown"; ' +
  'to name it, set name in [gpu] of the config file, or ORCH_GPU_NAME.'

function makeDeps({ env, warn, deps }: GpuMonitorOptions, signal: AbortSignal): ProbeDeps {
  return {
    platform: process.platform,
    env,
    run: (command, args) => runTool(command, args, env, signal),
    root: '/',
    importOptional,
    totalMemory: totalmem,
    warn,
    ...deps,
  }
}

async function findProbe(deps: ProbeDeps, signal: AbortSignal): Promise<GpuProbe | null> {
  for (const ask of PROBES) {
    if (signal.aborted) return null
    const probe = await ask(deps)
    if (probe !== null) return probe
  }
  return null
}

function makeSampler({ memory }: GpuProbe, devices: number[], now: () => number, warn: (text: string) => void) {
  return memory === null ? null : new VramSampler({ source: memory, devices, now, warn })
}

function makeMonitor(
  facts: GpuFacts,
  probe: GpuProbe,
  sampler: VramSampler | null,
  ending: AbortController,
): GpuMonitor {
  const blind = fixedGpuMonitor(facts)
  return {
    facts: () => facts,
    openWindow: () => (sampler ?? blind).openWindow(),
    async close() {
      ending.abort()
      await sampler?.close()
      await probe.close()
    },
  }
}

/** Imports a package that the operator may have installed beside orch. A specifier that is not a literal keeps it out of the dependencies. */
async function importOptional(name: string): Promise<unknown> {
  try {
    return await import(name)
  } catch {
    return null
  }
}
