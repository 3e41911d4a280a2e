import { createTelemetry } from '../../create_telemetry.ts'
import { type RunningGateway, startGateway } from '../../gateway/start_gateway.ts'
import { startGpuMonitorLater } from '../../gpu/deferred_monitor.ts'
import { startGpuMonitorOnDemand } from '../../gpu/lazy_monitor.ts'
import type { GpuMonitor } from '../../gpu/types.ts'
import { type CommandIo, EXIT_OK, type StopSignal } from '../io.ts'
import { createStyle } from '../style.ts'
import { readVersion } from '../version.ts'
import type { ServeSettings } from './settings.ts'
import { formatStart } from './start_lines.ts'

/** The exit code that a shell reports for a process ended by a signal. */
const EXIT_OF_SIGNAL: Record<StopSignal, number> = { SIGINT: 130, SIGTERM: 143 }

/** Serves until a signal, then lets streams end and sends what is buffered; a second signal ends at once. */
export async function serve(settings: ServeSettings, io: CommandIo): Promise<number> {
  const { config, path } = settings
  const warn = (text: string) => io.writeError(`${createStyle(io, 'error').warn('warning')}: ${text}\n`)
  const log = (line: string) => io.writeOut(`${io.now().toISOString()} ${line}\n`)
  io.writeOut(formatStart(readVersion(), settings, io.env))
  const gpu = watchGpu(settings, io, warn)
  try {
    const telemetry = createTelemetry({
      config: config.telemetry,
      config_path: path,
      env: io.env,
      gpu,
      timing_source: 'gateway',
      warn,
    })
    const gateway = await startGateway({ config, telemetry, gpu, log })
    return await stopOnSignal(gateway, config.lame_duck_s + config.drain_s, log, io)
  } finally {
    await gpu.close()
  }
}

/** Runs the host's GPU tools only once samples are recorded; the first tasks do not wait for their output. */
function watchGpu({ config, consent }: ServeSettings, { env }: CommandIo, warn: (text: string) => void): GpuMonitor {
  const start = () => startGpuMonitorLater({ config: config.gpu, env, warn })
  return consent.enabled ? start() : startGpuMonitorOnDemand(start)
}

/** Resolves to the exit code once a signal has come and the gateway has closed, or a second signal has come. */
function stopOnSignal(gateway: RunningGateway, end_s: number, log: (line: string) => void, io: CommandIo) {
  return new Promise<number>((resolve, reject) => {
    let stopping = false
    io.onSignal((signal) => {
      const closed = gateway.close()
      if (stopping) resolve(EXIT_OF_SIGNAL[signal])
      else {
        log(`${signal}: running tasks have ${end_s} s to end; a second signal ends them at once`)
        closed.then(() => resolve(EXIT_OK), reject)
      }
      stopping = true
    })
  })
}
