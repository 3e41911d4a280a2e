import { NO_GPU_FACTS } from './fixed_monitor.ts'
import type { GpuMonitor } from './types.ts'

/** A monitor that is started when the first task is recorded: while telemetry is off, no tool of the host runs. */
export function startGpuMonitorOnDemand(start: () => GpuMonitor): GpuMonitor {
  let monitor: GpuMonitor | null = null
  return {
    facts: () => monitor?.facts() ?? NO_GPU_FACTS,
    openWindow: () => {
      monitor ??= start()
      return monitor.openWindow()
    },
    close: async () => {
      await monitor?.close()
    },
  }
}
