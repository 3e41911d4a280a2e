import { totalmem } from 'node:os'
import type { GpuConfig } from '../config/schema.ts'
import { warnDaily } from '../warn_daily.ts'
import { probeAmdSmi } from './amd_smi.ts'
import { probeAmdSysfs } from './amd_sysfs.ts'
import { probeApple } from './apple.ts'
import { BLIND_WINDOW } from './fixed_monitor.ts'
import { probeIntel } from './intel.ts'
import { probeNvidiaSmi } from './nvidia_smi.ts'
import { probeNvml } from './nvml.ts'
import type { GpuProbe, ProbeDeps, ProbeGpus } from './probe_types.ts'
import { runTool } from './run_tool.ts'
import { selectGpus } from './select_gpus.ts'
import type { GpuChoice, GpuMonitor, GpuView } from './types.ts'
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
 * printed once, when an engine's GPU is asked for, and samples name it `unknown` or as in the settings. Never rejects.
 */
export async function startGpuMonitor(options: GpuMonitorOptions): Promise<GpuMonitor> {
  const { config, signal, deps = {} } = options
  const warn = warnDaily(options.warn)
  const ending = new AbortController()
  signal?.addEventListener('abort', () => ending.abort(), { once: true })
  if (signal?.aborted) ending.abort()
  const probe = config.probe ? await findProbe(makeDeps({ ...options, warn }, ending.signal), ending.signal) : null
  const now = deps.now ?? (() => performance.now())
  const sampler = probe?.memory ? new VramSampler({ source: probe.memory, now, warn }) : null
  const select = (choice: GpuChoice, tell: (problem: string) => void): GpuView => {
    const { facts, positions, problem } = selectGpus(probe, config, choice)
    return {
      facts() {
        if (problem !== null && !ending.signal.aborted) tell(problem)
        return facts
      },
      openWindow: () => (positions && sampler ? sampler.openWindow(positions) : BLIND_WINDOW),
    }
  }
  return {
    ...select({}, () => {}),
    select: (choice) => select(choice, warn),
    async close() {
      ending.abort()
      await sampler?.close()
      await probe?.close()
    },
  }
}

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

/** Imports a package that the operator may have installed beside orch. A specifier that is not a literal keeps it out of the dependencies. */
async function importOptional(name: string): Promise<unknown> {
  try {
    return await import(name)
  } catch {
    return null
  }
}
