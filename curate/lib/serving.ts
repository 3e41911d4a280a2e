/**
 * The figures of a serving benchmark: of `vllm bench serve` as its JSON names them, or read from the summary that it and
 * `sglang.bench_serving` print. Times in milliseconds, duration in seconds; percentiles as `p99_ttft_ms`.
 */
export interface ServingResult {
  completed: number
  duration: number
  total_input_tokens: number
  total_output_tokens: number
  output_throughput: number
  mean_ttft_ms: number
  mean_tpot_ms: number
  mean_e2el_ms?: number
  /** The most requests in flight: what a closed loop holds. */
  max_concurrency?: number | null
  [other: string]: unknown
}

const LABELS: Record<string, string> = {
  'successful requests': 'completed',
  'benchmark duration': 'duration',
  'total generated tokens': 'total_output_tokens',
  'output token throughput': 'output_throughput',
  'mean e2e latency': 'mean_e2el_ms',
  'maximum request concurrency': 'max_concurrency',
  'max request concurrency': 'max_concurrency',
}

const NEEDED = [
  'completed',
  'duration',
  'total_input_tokens',
  'total_output_tokens',
  'output_throughput',
  'mean_ttft_ms',
  'mean_tpot_ms',
] as const
const PERCENTILES = { p50: 'median', p90: 'p90', p95: 'p95', p99: 'p99' } as const

/** Reads the lines below a title `Serving Benchmark Result`; null if the block lacks a figure that a row needs. */
export function readServingSummary(block: string): ServingResult | null {
  const lines = [...block.matchAll(/^\s*([A-Za-z][^:\n]*):\s+([\d.]+)\s*$/gm)]
  const result = readServingLabels(lines.map(([, label, value]) => [label!, value!]))
  return NEEDED.every((key) => result[key] !== undefined) && result.completed > 0 ? result : null
}

/** Reads figures by the labels that the summary prints them under. */
export function readServingLabels(entries: readonly (readonly [string, string])[]): ServingResult {
  return Object.fromEntries(entries.map(([label, value]) => [keyOf(label), Number(value)])) as unknown as ServingResult
}

/** `Mean TTFT (ms)` → `mean_ttft_ms`, `Total input tokens` → `total_input_tokens`. */
function keyOf(label: string): string {
  const plain = label.replace(/\s*\((?:s|ms|req\/s|tok\/s)\)$/, '').toLowerCase()
  return LABELS[plain] ?? `${plain.replaceAll(' ', '_')}${label.endsWith('(ms)') ? '_ms' : ''}`
}

/** Tokens, times, load and throughput of a run: its means over requests. */
export function servingFields(result: ServingResult) {
  const tokens_out = Math.round(result.total_output_tokens / result.completed)
  const decode_time_ms = result.mean_tpot_ms * Math.max(tokens_out - 1, 0)
  const total_time_ms = result.mean_e2el_ms ?? null
  return {
    tokens_in: Math.round(result.total_input_tokens / result.completed),
    tokens_out,
    first_token_ms: result.mean_ttft_ms,
    decode_time_ms,
    total_time_ms,
    concurrency: setConcurrency(result) ?? meanInFlight(result, total_time_ms ?? timeInSystem(result)),
    output_tps: result.output_throughput,
    requests: result.completed,
    ...percentilesOf(result, 'ttft', 'first_token'),
    ...percentilesOf(result, 'tpot', 'inter_token'),
  }
}

/** The concurrency of a closed loop; null where requests arrive at a rate, whatever their limit. */
export function setConcurrency({ max_concurrency, request_rate }: ServingResult): number | null {
  const isOpen = typeof request_rate === 'number' && Number.isFinite(request_rate)
  return isOpen ? null : (max_concurrency ?? null)
}

/**
 * The mean number of requests in flight over a run, by Little's law: arrivals per second × time that each stays. Never more than there
 * were requests.
 */
export function meanInFlight({ completed, duration }: Pick<ServingResult, 'completed' | 'duration'>, total_ms: number) {
  return Math.min(completed, Math.max(1, Math.round(((completed / duration) * total_ms) / 1000)))
}

/**
 * Mean milliseconds that a request stays. The mean time per token of a request overstates it where short answers are slow, the mean gap
 * where a chunk holds several tokens: the smaller of the two counts.
 */
function timeInSystem(result: ServingResult): number {
  const gap = typeof result.mean_itl_ms === 'number' ? result.mean_itl_ms : result.mean_tpot_ms
  const gaps = Math.max(result.total_output_tokens / result.completed - 1, 0)
  return result.mean_ttft_ms + Math.min(result.mean_tpot_ms, gap) * gaps
}

function percentilesOf(result: ServingResult, from: string, to: string): Record<string, number> {
  const entries = Object.entries(PERCENTILES).map(([p, name]) => [`${to}_ms_${p}`, result[`${name}_${from}_ms`]])
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'number'))
}
