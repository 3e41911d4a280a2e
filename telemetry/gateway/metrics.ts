import type { Comparison } from '../../contracts/host_report.ts'
import type { TaskResult, TelemetrySnapshot } from '../sample/types.ts'
import type { TaskApi } from '../wire/types.ts'
import { Histograms } from './histogram.ts'
import { LabelLimit } from './label_limit.ts'
import { formatFamily, formatLabels } from './metric_text.ts'
import type { Upstream } from './upstream.ts'

/**
 * Names and bounds of the histograms are those of the OpenTelemetry conventions for GenAI model servers, in Prometheus' form
 * (semantic-conventions v1.41.0, docs/gen-ai/gen-ai-metrics.md, read 2026-12-01).
 */
const FIRST_TOKEN_BOUNDS_S = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60,
]
const OUTPUT_TOKEN_BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]
const DURATION_BOUNDS_S = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 300, 600,
]
/** Models that get a label of their own, besides those that the configuration names; and versions of engines. */
const MAX_MODELS = 50
const MAX_VERSIONS = 50

/** A task that has ended. */
export interface CountedTask {
  upstream: Upstream
  api: TaskApi
  /** As the request names it; null if it was not read. */
  model: string | null
  /** Whether the engine lists the model or answered to it: else its name is only a client's text. */
  isKnown: boolean
  result: TaskResult
  /** From its acceptance to its end. */
  duration_ms: number
}

/** The values that are read when the metrics are scraped. */
export interface LiveState {
  upstreams: readonly Upstream[]
  /** Memory that request bodies take. */
  body_bytes: number
  /** What the last updates of engines did. */
  comparisons: readonly Comparison[]
  telemetry: TelemetrySnapshot | null
}

/**
 * Counters of the gateway, in memory only: they are counted whether or not telemetry is on. A label is from a closed set or from a
 * limited number of values; none has a job, a tenant, or a model that only a client named.
 */
export class Metrics {
  readonly #tasks = new Map<string, number>()
  readonly #failures = new Map<string, number>()
  readonly #tokens = new Map<string, number>()
  readonly #models: LabelLimit
  readonly #versions = new LabelLimit(MAX_VERSIONS)
  readonly #first_token = new Histograms(
    'gen_ai_server_time_to_first_token_seconds',
    'From acceptance to the first token, successful streams only.',
    FIRST_TOKEN_BOUNDS_S,
  )
  readonly #output_token = new Histograms(
    'gen_ai_server_time_per_output_token_seconds',
    'Time of each output token after the first, successful tasks whose answer tells it.',
    OUTPUT_TOKEN_BOUNDS_S,
  )
  readonly #duration = new Histograms(
    'gen_ai_server_request_duration_seconds',
    'From acceptance to the end, successful tasks only.',
    DURATION_BOUNDS_S,
  )
  #passed = 0
  #unrouted = 0

  /** @param patterns the models that the configuration names; one without a wildcard has a label in any case */
  constructor(patterns: readonly string[] = []) {
    this.#models = new LabelLimit(MAX_MODELS, ['unknown', ...patterns.filter((pattern) => !pattern.includes('*'))])
  }

  countTask(task: CountedTask): void {
    const { upstream, api, result } = task
    add(this.#tasks, formatLabels({ upstream: upstream.index, api, exit: result.exit }), 1)
    const labels = this.#labelsOf(task)
    const series = formatLabels(labels)
    if (result.exit === 'ok') this.#observe(series, task)
    else add(this.#failures, formatLabels({ ...labels, error_type: result.error_code ?? result.exit }), 1)
    add(this.#tokens, `${series},direction="in"`, result.tokens_in ?? 0)
    add(this.#tokens, `${series},direction="out"`, result.tokens_out ?? 0)
  }

  /** Counts a request that is not a task. */
  countPassed(): void {
    this.#passed += 1
  }

  /** Counts a task for a model that no upstream serves. */
  countUnrouted(): void {
    this.#unrouted += 1
  }

  #labelsOf({ upstream: { index, identity }, model, isKnown }: CountedTask) {
    const isNamed = model && (isKnown || this.#models.has(model))
    return {
      upstream: index,
      gen_ai_request_model: this.#models.labelOf(isNamed ? model : 'unknown'),
      engine: identity.engine,
      engine_version: this.#versions.labelOf(identity.engine_version),
    }
  }

  #observe(series: string, { result, duration_ms }: CountedTask): void {
    const { tokens_out = 0, first_token_ms, decode_time_ms = 0, streamed } = result
    this.#duration.observe(series, duration_ms / 1000)
    // A whole answer does not tell when its first token came.
    if (streamed === true && first_token_ms !== undefined) this.#first_token.observe(series, first_token_ms / 1000)
    if (tokens_out > 1 && decode_time_ms > 0)
      this.#output_token.observe(series, decode_time_ms / (tokens_out - 1) / 1000)
  }

  format({ upstreams, body_bytes, comparisons, telemetry }: LiveState): string {
    const perUpstream = (read: (upstream: Upstream) => number) =>
      upstreams.map((upstream) => [`upstream="${upstream.index}"`, read(upstream)] as const)
    const lines = [
      ...formatFamily('orch_tasks_total', 'counter', 'Tasks that ended, by how.', this.#tasks),
      ...formatFamily('orch_task_failures_total', 'counter', 'Tasks that did not end well, by why.', this.#failures),
      ...formatFamily('orch_tokens_total', 'counter', 'Tokens of the tasks that ended, as far as known.', this.#tokens),
      ...formatFamily('orch_passed_requests_total', 'counter', 'Requests that are not tasks.', [['', this.#passed]]),
      ...formatFamily('orch_unrouted_tasks_total', 'counter', 'Tasks for models of no upstream.', [
        ['', this.#unrouted],
      ]),
      ...formatFamily(
        'orch_upstream_up',
        'gauge',
        'Whether the health checks pass.',
        perUpstream((u) => Number(u.healthy)),
      ),
      ...formatFamily(
        'orch_engine_info',
        'gauge',
        'The engine of an upstream; always 1.',
        upstreams.map(({ index, identity: { engine, engine_version } }) => [
          formatLabels({ upstream: index, engine, engine_version }),
          1,
        ]),
      ),
      ...formatFamily(
        'orch_tasks_in_flight',
        'gauge',
        'Tasks at the engine.',
        perUpstream((u) => u.admission.in_flight),
      ),
      ...formatFamily(
        'orch_tasks_waiting',
        'gauge',
        'Tasks in the queue.',
        perUpstream((u) => u.admission.waiting),
      ),
      ...formatFamily(
        'orch_streamed_tokens_total',
        'counter',
        'Output tokens as they are streamed, before their tasks end: its rate is the throughput.',
        perUpstream((u) => u.load.tokens),
      ),
      ...formatFamily('orch_request_body_bytes', 'gauge', 'Memory that request bodies take.', [['', body_bytes]]),
      ...this.#first_token.format(),
      ...this.#output_token.format(),
      ...this.#duration.format(),
      ...formatUpdates(comparisons),
      ...(telemetry ? formatTelemetry(telemetry) : []),
      ...formatFamily('orch_gpus', 'gauge', 'Accelerators of the engine.', upstreams.flatMap(countGpus)),
    ]
    return `${lines.join('\n')}\n`
  }
}

/** Null changes have no line; what is not sure yet is `unclear`. */
function formatUpdates(comparisons: readonly Comparison[]): string[] {
  const values = comparisons.flatMap(({ model_ref, engine, before, after, changes }) =>
    changes.flatMap(({ metric, change, verdict }) => {
      const labels = { model_ref, engine, engine_version: after, former_version: before, figure: metric, verdict }
      return change === null ? [] : [[formatLabels(labels), change] as const]
    }),
  )
  return formatFamily(
    'orch_update_change_ratio',
    'gauge',
    'Change of a figure since the last update of the engine, on tasks that are alike: -0.1 is 10 % less.',
    values,
  )
}

function formatTelemetry({ consent, samples, sinks }: TelemetrySnapshot): string[] {
  const dropped = Object.entries(samples.dropped).map(([reason, n]) => [`reason="${reason}"`, n] as const)
  return [
    ...formatFamily('orch_telemetry_enabled', 'gauge', 'Whether samples are recorded.', [
      ['', Number(consent.enabled)],
    ]),
    ...formatFamily('orch_samples_recorded_total', 'counter', 'Samples recorded.', [['', samples.recorded]]),
    ...formatFamily('orch_samples_written_total', 'counter', 'Samples in the buffer.', [['', samples.written]]),
    ...formatFamily('orch_samples_pending', 'gauge', 'Samples that are not written to the buffer yet.', [
      ['', samples.pending],
    ]),
    ...formatFamily('orch_samples_dropped_total', 'counter', 'Samples dropped before the buffer.', dropped),
    ...formatSinks(sinks),
  ]
}

function formatSinks(sinks: TelemetrySnapshot['sinks']): string[] {
  const bySink = Object.entries(sinks)
  const read = (value: (counts: TelemetrySnapshot['sinks'][string]) => number) =>
    bySink.map(([sink, counts]) => [`sink="${sink}"`, value(counts)] as const)
  const drops = bySink.flatMap(([sink, counts]) =>
    Object.entries(counts.dropped).map(([reason, n]) => [`sink="${sink}",reason="${reason}"`, n] as const),
  )
  return [
    ...formatFamily(
      'orch_sink_sent_total',
      'counter',
      'Samples a sink took.',
      read((counts) => counts.sent),
    ),
    ...formatFamily(
      'orch_sink_waiting',
      'gauge',
      'Samples in the buffer that were not sent to the sink yet.',
      read((counts) => counts.waiting),
    ),
    ...formatFamily(
      'orch_sink_failures_total',
      'counter',
      'Uploads that failed and will be tried again.',
      read((counts) => counts.failures),
    ),
    ...formatFamily(
      'orch_sink_last_upload_timestamp_seconds',
      'gauge',
      'When the sink last took a batch; 0 if never.',
      read(({ last_upload }) => (last_upload === null ? 0 : Date.parse(last_upload) / 1000)),
    ),
    ...formatFamily('orch_sink_dropped_total', 'counter', 'Samples that will never be sent to the sink.', drops),
  ]
}

/** An engine whose accelerators are not known has no line: a count of 1 would say more than is known. */
function countGpus({ index, gpu }: Upstream): [string, number][] {
  const facts = gpu?.facts()
  if (facts === undefined || facts.source === 'none') return []
  const { gpu_name, gpu_count, vram_total_mb } = facts
  return [[formatLabels({ upstream: index, gpu_name, vram_total_mb: vram_total_mb ?? 'unknown' }), gpu_count]]
}

function add(counters: Map<string, number>, labels: string, n: number): void {
  counters.set(labels, (counters.get(labels) ?? 0) + n)
}
