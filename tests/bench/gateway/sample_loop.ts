import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { trace } from '@opentelemetry/api'
import { BatchSpanProcessor, type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace'
import type * as Orch from '../../../telemetry/index.ts'
import { sleep } from './processes.ts'
import type { SampleCost, SampleLoop } from './sample_types.ts'

/** Records samples in a process of its own and reports what the main thread paid for each. */

interface Recorder {
  record(i: number): void
  /** Samples that wait to be written. */
  pending(): number
  /** Everything is where it belongs; returns how many samples that are. */
  finish(): Promise<number>
}

/** Half of what the buffer holds in memory. */
const MAX_PENDING = 10_000
const WAIT_MS = 10
const MODEL_REF = 'hf:meta-llama/Llama-3.1-8B-Instruct'

async function openOrch(home: string, folder: string): Promise<Recorder> {
  const { createTelemetry }: typeof Orch = await import(pathToFileURL(join(home, 'dist/orch/telemetry/index.js')).href)
  const telemetry = createTelemetry({
    config: { buffer: { dir: join(folder, 'buffer') } },
    env: { HOME: folder, ORCH_TELEMETRY_ENABLED: 'true' },
    gpu: {
      gpu_name: 'NVIDIA A100-SXM4-40GB',
      gpu_count: 1,
      vram_total_mb: 40_536,
      driver_version: '550.54.15',
      source: 'nvidia-smi',
    },
    timing_source: 'gateway',
  })
  return {
    record(i) {
      const task = telemetry.task({ model_ref: MODEL_REF, engine: 'vllm', engine_version: '0.11.0' })
      task.end({
        exit: 'ok',
        tokens_in: 1024 + (i % 7),
        tokens_out: 256 + (i % 11),
        first_token_ms: 420.318 + (i % 13),
        decode_time_ms: 9876.204 + (i % 17),
        measurement_type: 'batched_online',
        concurrency: 32,
        streamed: true,
      })
    },
    pending: () => telemetry.snapshot().samples.pending,
    async finish() {
      await telemetry.close(60_000)
      return telemetry.snapshot().samples.written
    },
  }
}

/** OpenTelemetry's batch processor with its defaults and an exporter that does nothing: the same fields as attributes. */
function openOtel(): Recorder {
  let exported = 0
  const exporter = {
    export(spans: ReadableSpan[], done: (result: { code: 0 }) => void) {
      exported += spans.length
      done({ code: 0 })
    },
    shutdown: async () => {},
    forceFlush: async () => {},
  }
  // Room for what comes between two exports: by default it holds 2,048 spans and drops the others.
  const processor = new BatchSpanProcessor({ exporter, maxQueueSize: 100_000 } as never)
  const provider = new TracerProvider({ spanProcessors: [processor] })
  trace.setGlobalTracerProvider(provider)
  const tracer = trace.getTracer('bench')
  return {
    record(i) {
      const span = tracer.startSpan('task', { attributes: { model_ref: MODEL_REF, engine: 'vllm' } })
      span.setAttributes({
        tenant_id: 'anon',
        engine_version: '0.11.0',
        gpu_name: 'NVIDIA A100-SXM4-40GB',
        gpu_count: 1,
        vram_total_mb: 40_536,
        driver_version: '550.54.15',
        exit: 'ok',
        tokens_in: 1024 + (i % 7),
        tokens_out: 256 + (i % 11),
        first_token_ms: 420.318 + (i % 13),
        decode_time_ms: 9876.204 + (i % 17),
        schema_version: 1,
        measurement_type: 'batched_online',
        concurrency: 32,
        streamed: true,
        timing_source: 'gateway',
      })
      span.end()
    },
    pending: () => 0,
    async finish() {
      await provider.shutdown()
      return exported
    },
  }
}

const NOTHING: Recorder = { record() {}, pending: () => 0, finish: async () => 0 }

function open({ who, home, folder }: SampleLoop): Recorder | Promise<Recorder> {
  if (who === 'orch') return openOrch(home, folder)
  return who === 'otel' ? openOtel() : NOTHING
}

/** CPU time of the main thread, where the event loop runs: other load on the machine does not count, pending neither. */
async function measure(loop: SampleLoop): Promise<SampleCost> {
  const recorder = await open(loop)
  await recordMany(recorder, loop, loop.warmup)
  const main = process.threadCpuUsage()
  const all = process.cpuUsage()
  await recordMany(recorder, loop, loop.samples)
  // What was recorded is on the disk, or exported, when the clock stops.
  const kept = await recorder.finish()
  const { user, system } = process.threadCpuUsage(main)
  const total = process.cpuUsage(all)
  return {
    main_us: (user + system) / loop.samples,
    process_us: (total.user + total.system) / loop.samples,
    lost: loop.who === 'none' ? 0 : loop.warmup + loop.samples - kept,
  }
}

async function recordMany(recorder: Recorder, { per_turn, pause_ms }: SampleLoop, count: number): Promise<void> {
  for (let i = 0; i < count; ) {
    for (const end = Math.min(count, i + per_turn); i < end; i++) recorder.record(i)
    if (pause_ms > 0) await sleep(pause_ms)
    else await new Promise(setImmediate)
    // Faster than any disk: what the buffer cannot hold it would drop, and a dropped sample costs less than one that is kept.
    while (recorder.pending() > MAX_PENDING) await sleep(WAIT_MS)
  }
}

process.on('message', (loop: SampleLoop) => {
  measure(loop).then(
    (cost) => process.send!({ cost }),
    (error: Error) => process.send!({ error: error.stack }),
  )
})
process.on('disconnect', () => process.exit())
