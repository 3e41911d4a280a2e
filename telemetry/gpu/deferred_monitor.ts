import { fixedGpuMonitor, NO_GPU_FACTS } from './fixed_monitor.ts'
import type { GpuMonitor } from './types.ts'

/**
 * A monitor that is still starting: until it stands the GPU is unknown, and windows see nothing. For whoever cannot wait.
 * A start that fails is said by `warn`, and the GPU stays unknown.
 */
export function deferGpuMonitor(starting: Promise<GpuMonitor>, warn: (text: string) => void): GpuMonitor {
  let monitor = fixedGpuMonitor(NO_GPU_FACTS)
  const started = starting.then(
    (ready) => {
      monitor = ready
    },
    (error) => warn(`The GPU cannot be watched: ${String(error)}`),
  )
  return {
    facts: () => monitor.facts(),
    openWindow: () => monitor.openWindow(),
    close: async () => {
      await started
      await monitor.close()
    },
  }
}
