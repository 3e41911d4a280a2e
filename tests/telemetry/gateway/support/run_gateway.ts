import { randomUUID } from 'node:crypto'
import type { TelemetryEvent } from '../../../../contracts/index.ts'
import { Config } from '../../../../telemetry/config/schema.ts'
import { type RunningGateway, startGateway } from '../../../../telemetry/gateway/start_gateway.ts'
import { fixedGpuMonitor } from '../../../../telemetry/gpu/fixed_monitor.ts'
import type { GpuMonitor } from '../../../../telemetry/gpu/types.ts'
import { makeIdleTelemetry } from '../../../../telemetry/sample/idle_telemetry.ts'
import { SampleRecorder } from '../../../../telemetry/sample/sample_recorder.ts'
import { TenantNames } from '../../../../telemetry/sample/tenant_names.ts'
import type { Telemetry } from '../../../../telemetry/sample/types.ts'
import { A100, HOST_ID } from '../../support/recorder.ts'

/** What takes so long has come to a stop, however busy the machine is. */
const HANG_MS = 60_000

export interface TestGateway extends RunningGateway {
  samples: TelemetryEvent[]
  log: string[]
  warnings: string[]
  /** Resolves with the samples once there are `n` of them; rejects where more come or too few do. */
  collect(n: number): Promise<TelemetryEvent[]>
}

export interface GatewaySetup {
  upstream: { url: string; [key: string]: unknown }[]
  telemetry?: boolean
  /** Where samples of the time before lie. */
  buffer_dir?: string
  tenant_header?: string
  drain_s?: number
  health_interval_s?: number
  env?: NodeJS.ProcessEnv
  gpu?: GpuMonitor
  isThisHost?: (url: string) => Promise<boolean>
  headers_timeout_ms?: number
  lame_duck_s?: number
  max_body_bytes?: number
  upload_timeout_s?: number
  admin_listen?: string
  allowed_hosts?: string[]
}

/** A gateway with real clocks on a free port, whose samples go into a list. Waits until the engines are known. */
export async function runGateway(setup: GatewaySetup): Promise<TestGateway> {
  const { upstream, tenant_header, telemetry: on = true, buffer_dir, env, gpu, isThisHost, ...rest } = setup
  const { headers_timeout_ms, ...times } = rest
  const config = Config.parse({
    listen: '127.0.0.1:0',
    admin_listen: '127.0.0.1:0',
    upstream,
    telemetry: { tenant_header },
    flush_s: 0,
    drain_s: 0,
    ...times,
  })
  const samples: TelemetryEvent[] = []
  const log: string[] = []
  const warnings: string[] = []
  const telemetry = on ? recordInto(samples, warnings, buffer_dir) : makeIdleTelemetry(consent(false))
  const gateway = await startGateway({
    config,
    telemetry,
    gpu,
    isThisHost,
    headers_timeout_ms,
    env,
    log: (line) => void log.push(line),
  })
  await gateway.detected
  return { ...gateway, samples, log, warnings, collect: (n) => collect(samples, warnings, n) }
}

/** An emitter as `createTelemetry` makes it, over a list instead of the disk. */
function recordInto(samples: TelemetryEvent[], warnings: string[], buffer_dir = '/none'): Telemetry {
  return new SampleRecorder({
    consent: consent(true),
    buffer: {
      append: (event) => void samples.push(JSON.parse(JSON.stringify(event))),
      sync: async () => {},
      counts: () => ({ recorded: samples.length, written: samples.length, pending: 0, dropped: {} }),
      close: async () => {},
    },
    buffer_dir,
    uploader: null,
    gpu: fixedGpuMonitor(A100),
    owns_gpu: false,
    tenants: new TenantNames({ raw: false, key: Buffer.alloc(32, 7) }),
    host_id: HOST_ID,
    timing_source: 'gateway',
    now: () => performance.now(),
    wallClock: Date.now,
    newJobId: randomUUID,
    warn: (text) => void warnings.push(text),
  })
}

function consent(enabled: boolean) {
  return { enabled, source: 'config file', detail: '', since: null, problem: null } as const
}

async function collect(samples: TelemetryEvent[], warnings: string[], n: number): Promise<TelemetryEvent[]> {
  const deadline = performance.now() + HANG_MS
  while (samples.length < n && performance.now() < deadline) await sleep(5)
  // One more turn, in which a sample too many would come.
  await sleep(20)
  if (samples.length !== n)
    throw new Error(`expected ${n} samples, found ${samples.length}: ${JSON.stringify(samples)} ${warnings.join('\n')}`)
  return samples
}

/** Waits until the first upstream has so many tasks at the engine and in its queue. */
export async function awaitLoad(gateway: TestGateway, in_flight: number, waiting: number): Promise<void> {
  const deadline = performance.now() + HANG_MS
  for (;;) {
    const { upstreams } = (await (await fetch(`${gateway.admin_url}/healthz`)).json()) as { upstreams: [Load] }
    if (upstreams[0].in_flight === in_flight && upstreams[0].waiting === waiting) return
    if (performance.now() > deadline) throw new Error(`the load stays ${JSON.stringify(upstreams[0])}`)
    await sleep(2)
  }
}

interface Load {
  in_flight: number
  waiting: number
}

/** Waits for a condition, until it can only be a hang. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + HANG_MS
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${HANG_MS} ms: ${condition}`)
    await sleep(5)
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
