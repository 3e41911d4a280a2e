import { NO_GPU_FACTS } from './fixed_monitor.ts'
import type { GpuMonitor, GpuView } from './types.ts'

/** A monitor that is started when the first task is recorded: while telemetry is off, no tool of the host runs. */
export function startGpuMonitorOnDemand(start: () => GpuMonitor): GpuMonitor {
  let monitor: GpuMonitor | null = null
  const viewOf = (select: (started: GpuMonitor) => GpuView): GpuView => {
    let view: GpuView | null = null
    const current = () => {
      if (monitor) view ??= select(monitor)
      return view
    }
    return {
      facts: () => current()?.facts() ?? NO_GPU_FACTS,
      openWindow: () => {
        monitor ??= start()
        return current()!.openWindow()
      },
    }
  }
  return {
    ...viewOf((started) => started),
    select: (choice) => viewOf((started) => started.select(choice)),
    close: async () => {
      await monitor?.close()
    },
  }
}
