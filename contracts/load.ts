/** Load: how many requests a deployment served at once, and what all of them got together. */

/** Buckets of `concurrency`; `any` if a cell was generalised, `unknown` if a source does not state it. */
export const CONCURRENCY_BUCKETS = [
  ...(['1', '2-4', '5-8', '9-16', '17-32', '33-64', '65-128', '129-256', 'gt256'] as const),
  ...(['any', 'unknown'] as const),
] as const
export type ConcurrencyBucket = (typeof CONCURRENCY_BUCKETS)[number]

export const CONCURRENCY_BUCKET_TITLES: Record<ConcurrencyBucket, string> = {
  '1': '1',
  '2-4': '2 – 4',
  '5-8': '5 – 8',
  '9-16': '9 – 16',
  '17-32': '17 – 32',
  '33-64': '33 – 64',
  '65-128': '65 – 128',
  '129-256': '129 – 256',
  gt256: '> 256',
  any: 'any load',
  unknown: 'not stated',
}

/** The highest concurrency of each bucket but the last. */
const UPPER_BOUNDS = [1, 4, 8, 16, 32, 64, 128, 256]
const UNKNOWN = CONCURRENCY_BUCKETS.indexOf('unknown')

/** The bucket of a concurrency; `unknown` for null. */
export function concurrencyBucket(concurrency: number | null): ConcurrencyBucket {
  return CONCURRENCY_BUCKETS[loadIndex(undefined, concurrency ?? Number.NaN)]!
}

/**
 * The bucket of a sample, by its place in the list: a task that ran alone had the engine to itself, whatever it states.
 *
 * @param concurrency NaN if it states none
 */
export function loadIndex(measurementType: string | undefined, concurrency: number): number {
  if (measurementType === 'single_stream') return 0
  if (Number.isNaN(concurrency)) return UNKNOWN
  let index = 0
  while (index < UPPER_BOUNDS.length && concurrency > UPPER_BOUNDS[index]!) index++
  return index
}

/** What throughput follows from. Null where a source does not say. */
export interface LoadedRun {
  output_tps?: number | undefined
  request_rate?: number | undefined
  concurrency: number | null
  tokens_out: number | null
  first_token_ms: number | null
  decode_time_ms: number | null
  total_time_ms: number | null
}

/**
 * Output tokens per second of all streams together: as the source states it, else by Little's law for a closed loop (concurrency × tokens_out /
 * total time), marked derived. Null if neither can be had: an open loop has no set concurrency.
 */
export function throughputOf(run: LoadedRun): { output_tps: number; derived: boolean } | null {
  if (run.output_tps !== undefined) return { output_tps: run.output_tps, derived: false }
  const { concurrency, tokens_out, first_token_ms, decode_time_ms } = run
  const parts = first_token_ms === null || decode_time_ms === null ? null : first_token_ms + decode_time_ms
  const total = run.total_time_ms ?? parts
  if (run.request_rate !== undefined || concurrency === null || tokens_out === null || !total) return null
  return { output_tps: (concurrency * tokens_out * 1000) / total, derived: true }
}
