import { fixedGpuMonitor, NO_GPU_FACTS } from './fixed_monitor.ts'
import { type GpuMonitorOptions, startGpuMonitor } from './start_gpu_monitor.ts'
import type { GpuMonitor } from './types.ts'

/**
 * Starts a monitor in the background, for callers that cannot wait: until a tool has answered, the GPU is unknown and windows have
 * no readings. `close` does not wait either: a tool that has not answered by then is ended.
 */
export function startGpuMonitorLater(options: GpuMonitorOptions): GpuMonitor {
  const abort = new AbortController()
  let monitor = fixedGpuMonitor(NO_GPU_FACTS)
  const started = startGpuMonitor({ ...options, signal: abort.signal }).then(
    (ready) => {
      monitor = ready
    },
    (error) => options.warn(`The GPU cannot be monitored: ${String(error)}`),
  )
  return {
    facts: () => monitor.facts(),
    openWindow: () => monitor.openWindow(),
    close: async () => {
      abort.abort()
      await started
      await monitor.close()
    },
  }
}
