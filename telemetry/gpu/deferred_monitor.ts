import { fixedGpuMonitor, fixedGpuView, NO_GPU_FACTS } from './fixed_monitor.ts'
import { type GpuMonitorOptions, startGpuMonitor } from './start_gpu_monitor.ts'
import type { GpuMonitor, GpuView } from './types.ts'

/**
 * Starts a monitor in the background, for callers that cannot wait: until a tool has answered, the GPU is unknown and windows have
 * no readings. `close` does not wait either: a tool that has not answered by then is ended.
 */
export function startGpuMonitorLater(options: GpuMonitorOptions): GpuMonitor {
  const abort = new AbortController()
  let monitor: GpuMonitor | null = null
  const unknown = fixedGpuView(NO_GPU_FACTS)
  const started = startGpuMonitor({ ...options, signal: abort.signal }).then(
    (ready) => {
      monitor = ready
    },
    (error) => {
      monitor = fixedGpuMonitor(NO_GPU_FACTS)
      options.warn(`The GPU cannot be monitored: ${String(error)}`)
    },
  )
  return {
    ...viewOf(() => monitor ?? unknown),
    select: (choice) => {
      let selected: GpuView | undefined
      return viewOf(() => {
        selected ??= monitor?.select(choice)
        return selected ?? unknown
      })
    },
    close: async () => {
      abort.abort()
      await started
      await monitor?.close()
    },
  }
}

function viewOf(current: () => GpuView): GpuView {
  return { facts: () => current().facts(), openWindow: () => current().openWindow() }
}
