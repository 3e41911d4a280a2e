import type { RunFigures } from '../types.ts'

/** What the summary of a serving benchmark gives, times in ms; undefined or null where it does not. */
export interface Summary {
  requests?: number | null
  tokens_in?: number | null
  tokens_out?: number | null
  ttft: Spread
  tpot: Spread
  e2e: Spread
  /** Requests in flight that the benchmark held, for a closed loop. */
  max_concurrency?: number | null
  /** Mean of requests in flight, where the tool measured it. */
  mean_concurrency?: number | null
  request_rate?: number | null
  output_tps?: number | null
  duration_ms?: number | null
}

/** Mean and percentiles of a time. */
export interface Spread {
  mean?: number | null
  p50?: number | null
  p90?: number | null
  p95?: number | null
  p99?: number | null
}

/** Why a summary is no run; undefined if it is one. */
export function findNoRun({ requests, tokens_out, ttft, tpot, e2e }: Summary): string | undefined {
  if (requests === 0) return 'failed run: no request was completed'
  const times = [ttft, tpot, e2e].map(center).filter((time) => time)
  if (times.length === 0)
    return 'no times: neither first token, nor time per token, nor latency of the requests is given'
  if (tokens_out === undefined || tokens_out === null)
    return 'no count of output tokens (a run for embeddings or scores has none)'
  return undefined
}

/**
 * The figures of a run from its summary. The times are means over its requests, or medians where the tool gives no means; percentiles
 * stand beside. decode_time_ms is the time per output token × (tokens_out − 1), as the tools compute the former.
 */
export function toRunFigures(summary: Summary): RunFigures {
  const { requests, tokens_out, ttft, tpot, e2e, output_tps, request_rate } = summary
  const perToken = center(tpot)
  const out = tokens_out ?? null
  return {
    tokens_in: round(summary.tokens_in),
    tokens_out: round(out),
    first_token_ms: center(ttft),
    decode_time_ms: perToken === null || out === null ? null : perToken * Math.max(out - 1, 0),
    total_time_ms: center(e2e),
    runs: 1,
    ...loadOf(summary),
    requests: requests ?? undefined,
    output_tps: output_tps || undefined,
    request_rate: request_rate || undefined,
    ...percentiles('first_token_ms', ttft),
    ...percentiles('inter_token_ms', tpot),
  }
}

/** The mean, else the median. Tools write 0 for what they did not measure. */
export function center({ mean, p50 }: Spread): number | null {
  return mean || p50 || null
}

/**
 * Load of a run: what a closed loop held, else what the tool measured, else what Little's law says of an open loop: requests in flight =
 * completed requests × their mean latency / duration.
 */
function loadOf(summary: Summary) {
  const concurrency = summary.max_concurrency ?? summary.mean_concurrency ?? meanInFlight(summary)
  const whole = concurrency === null ? null : Math.max(1, Math.round(concurrency))
  const isSingle = summary.max_concurrency === 1
  return {
    concurrency: isSingle ? 1 : whole,
    measurement_type: isSingle ? ('single_stream' as const) : ('batched_online' as const),
  }
}

function meanInFlight({ requests, duration_ms, e2e, ttft, tpot, tokens_out }: Summary): number | null {
  const [first, perToken] = [center(ttft), center(tpot)]
  const decode = first !== null && perToken !== null && tokens_out ? first + perToken * (tokens_out - 1) : null
  const latency = center(e2e) ?? decode
  return requests && duration_ms && latency !== null ? (requests * latency) / duration_ms : null
}

function percentiles(name: 'first_token_ms' | 'inter_token_ms', { p50, p90, p95, p99 }: Spread) {
  const entries = Object.entries({ p50, p90, p95, p99 }).filter(([, value]) => value)
  return Object.fromEntries(entries.map(([key, value]) => [`${name}_${key}`, value]))
}

function round(tokens: number | null | undefined): number | null {
  return tokens === null || tokens === undefined ? null : Math.round(tokens)
}
