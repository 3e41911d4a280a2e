import { createTelemetry } from '../../create_telemetry.ts'
import { startGateway } from '../../gateway/start_gateway.ts'
import { deferGpuMonitor } from '../../gpu/deferred_monitor.ts'
import { fixedGpuMonitor, NO_GPU_FACTS } from '../../gpu/fixed_monitor.ts'
import { startGpuMonitor } from '../../gpu/start_gpu_monitor.ts'
import type { GpuMonitor } from '../../gpu/types.ts'
import { type CommandIo, EXIT_OK, type StopSignal } from '../io.ts'
import { createStyle } from '../style.ts'
import { readVersion } from '../version.ts'
import type { ServeSettings } from './settings.ts'
import { formatStart } from './start_lines.ts'

/** What a shell reports of a process that a signal ended. */
const EXIT_OF_SIGNAL: Record<StopSignal, number> = { SIGINT: 130, SIGTERM: 143 }

/** Serves until a signal, then lets streams end and sends what is buffered; a second signal ends at once. */
export async function serve(settings: ServeSettings, io: CommandIo): Promise<number> {
  const { config, path } = settings
  const warn = (text: string) => io.writeError(`${createStyle(io, 'error').warn('warning')}: ${text}\n`)
  const gpu = watchGpu(settings, io, warn)
  const telemetry = createTelemetry({
    config: config.telemetry,
    config_path: path,
    env: io.env,
    gpu,
    timing_source: 'gateway',
    warn,
  })
  const gateway = await startGateway({ config, telemetry, gpu, log: (line) => io.writeOut(`${line}\n`) })
  io.writeOut(formatStart(gateway.url, readVersion(), settings, io.env))
  return stopOnSignal(io, config.drain_s, async () => {
    await gateway.close()
    await telemetry.close(config.flush_s * 1000)
    await gpu.close()
  })
}

/** Only a gateway that records asks the host's tools; the first tasks do not wait for the answer. */
function watchGpu({ config, consent }: ServeSettings, { env }: CommandIo, warn: (text: string) => void): GpuMonitor {
  if (!consent.enabled) return fixedGpuMonitor(NO_GPU_FACTS)
  return deferGpuMonitor(startGpuMonitor({ config: config.gpu, env, warn }), warn)
}

function stopOnSignal(io: CommandIo, drain_s: number, close: () => Promise<void>): Promise<number> {
  return new Promise((resolve, reject) => {
    let stopping = false
    const stopListening = io.onSignal((signal) => {
      if (stopping) {
        resolve(EXIT_OF_SIGNAL[signal])
        return
      }
      stopping = true
      io.writeOut(`${signal}: no new tasks; running ones have ${drain_s} s to end. Once more ends at once.\n`)
      close().then(() => resolve(EXIT_OK), reject)
    })
    void stopListening
  })
}
