import type { TaskResult, TelemetrySnapshot } from '../sample/types.ts'
import type { TaskApi } from '../wire/types.ts'
import { Histogram } from './histogram.ts'
import type { Upstream } from './upstream.ts'

const FIRST_TOKEN_BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const DECODE_BOUNDS_S = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]

/** The values that are read when the metrics are scraped. */
export interface LiveState {
  upstreams: readonly Upstream[]
  /** Memory that request bodies take. */
  body_bytes: number
  telemetry: TelemetrySnapshot | null
}

/**
 * Counters of the gateway in Prometheus' text format. Every label is from a closed set: the index of an upstream, an API,
 * an exit, a reason; never a model that a client named, a job or a tenant.
 */
export class Metrics {
  readonly #tasks = new Map<string, number>()
  readonly #tokens = new Map<string, number>()
  readonly #first_token = new Map<number, Histogram>()
  readonly #decode = new Map<number, Histogram>()
  #passed = 0
  #unrouted = 0

  /** Counts a task that has ended. Only streams tell when their tokens came. */
  countTask(upstream: number, api: TaskApi, result: TaskResult): void {
    const { exit, tokens_in = 0, tokens_out = 0, streamed, first_token_ms, decode_time_ms } = result
    add(this.#tasks, `upstream="${upstream}",api="${api}",exit="${exit}"`, 1)
    add(this.#tokens, `upstream="${upstream}",direction="in"`, tokens_in)
    add(this.#tokens, `upstream="${upstream}",direction="out"`, tokens_out)
    if (streamed !== true) return
    observe(this.#first_token, FIRST_TOKEN_BOUNDS_S, upstream, first_token_ms)
    observe(this.#decode, DECODE_BOUNDS_S, upstream, decode_time_ms)
  }

  /** Counts a request that is not a task. */
  countPassed(): void {
    this.#passed += 1
  }

  /** Counts a task for a model that no upstream serves. */
  countUnrouted(): void {
    this.#unrouted += 1
  }

  format({ upstreams, body_bytes, telemetry }: LiveState): string {
    const perUpstream = (read: (upstream: Upstream) => number) =>
      upstreams.map((upstream) => [`upstream="${upstream.index}"`, read(upstream)] as const)
    const lines = [
      ...family('orch_tasks_total', 'counter', 'Tasks that ended, by how.', this.#tasks),
      ...family(
        'orch_tokens_total',
        'counter',
        'Tokens of the tasks that ended; 0 while telemetry is off.',
        this.#tokens,
      ),
      ...family('orch_passed_requests_total', 'counter', 'Requests that are not tasks.', [['', this.#passed]]),
      ...family('orch_unrouted_tasks_total', 'counter', 'Tasks for models of no upstream.', [['', this.#unrouted]]),
      ...family(
        'orch_upstream_up',
        'gauge',
        'Whether the health checks pass.',
        perUpstream((u) => Number(u.healthy)),
      ),
      ...family(
        'orch_tasks_in_flight',
        'gauge',
        'Tasks at the engine.',
        perUpstream((u) => u.admission.in_flight),
      ),
      ...family(
        'orch_tasks_waiting',
        'gauge',
        'Tasks in the queue.',
        perUpstream((u) => u.admission.waiting),
      ),
      ...family('orch_request_body_bytes', 'gauge', 'Memory that request bodies take.', [['', body_bytes]]),
      ...histograms('orch_first_token_seconds', 'From acceptance to the first token, streams only.', this.#first_token),
      ...histograms('orch_decode_seconds', 'From the first token to the last, streams only.', this.#decode),
      ...(telemetry ? formatTelemetry(telemetry) : []),
      ...family('orch_gpus', 'gauge', 'Accelerators of the engine.', upstreams.flatMap(countGpus)),
    ]
    return `${lines.join('\n')}\n`
  }
}

function formatTelemetry({ consent, samples, sinks }: TelemetrySnapshot): string[] {
  const dropped = Object.entries(samples.dropped).map(([reason, n]) => [`reason="${reason}"`, n] as const)
  const bySink = Object.entries(sinks)
  const sinkDrops = bySink.flatMap(([sink, counts]) =>
    Object.entries(counts.dropped).map(([reason, n]) => [`sink="${sink}",reason="${reason}"`, n] as const),
  )
  return [
    ...family('orch_telemetry_enabled', 'gauge', 'Whether samples are recorded.', [['', Number(consent.enabled)]]),
    ...family('orch_samples_recorded_total', 'counter', 'Samples recorded.', [['', samples.recorded]]),
    ...family('orch_samples_written_total', 'counter', 'Samples in the buffer.', [['', samples.written]]),
    ...family('orch_samples_pending', 'gauge', 'Samples that are not written to the buffer yet.', [
      ['', samples.pending],
    ]),
    ...family('orch_samples_dropped_total', 'counter', 'Samples dropped before the buffer.', dropped),
    ...family(
      'orch_sink_sent_total',
      'counter',
      'Samples a sink took.',
      bySink.map(([s, c]) => [`sink="${s}"`, c.sent]),
    ),
    ...family(
      'orch_sink_waiting',
      'gauge',
      'Samples in the buffer that were not sent to the sink yet.',
      bySink.map(([s, c]) => [`sink="${s}"`, c.waiting]),
    ),
    ...family('orch_sink_dropped_total', 'counter', 'Samples that will never be sent to the sink.', sinkDrops),
  ]
}

/** An engine whose accelerators are not known has no line: a count of 1 would say more than is known. */
function countGpus({ index, gpu }: Upstream): [string, number][] {
  const facts = gpu?.facts()
  if (facts === undefined || facts.source === 'none') return []
  const name = facts.gpu_name.replace(/["\\\n]/g, '')
  const labels = `upstream="${index}",gpu_name="${name}",vram_total_mb="${facts.vram_total_mb ?? 'unknown'}"`
  return [[labels, facts.gpu_count]]
}

function family(name: string, type: string, help: string, values: Iterable<readonly [string, number]>): string[] {
  const lines = [...values].map(([labels, value]) => `${name}${labels === '' ? '' : `{${labels}}`} ${value}`)
  return lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines]
}

function histograms(name: string, help: string, byUpstream: ReadonlyMap<number, Histogram>): string[] {
  if (byUpstream.size === 0) return []
  const lines = [...byUpstream].flatMap(([upstream, histogram]) => histogram.format(name, `upstream="${upstream}"`))
  return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines]
}

function add(counters: Map<string, number>, labels: string, n: number): void {
  counters.set(labels, (counters.get(labels) ?? 0) + n)
}

function observe(byUpstream: Map<number, Histogram>, bounds: readonly number[], upstream: number, ms?: number): void {
  if (ms === undefined) return
  let histogram = byUpstream.get(upstream)
  if (!histogram) {
    histogram = new Histogram(bounds)
    byUpstream.set(upstream, histogram)
  }
  histogram.observe(ms / 1000)
}
