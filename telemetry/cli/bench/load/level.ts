import type { TelemetryEvent } from '../../../../contracts/index.ts'
import { decodeSpeed } from '../../figures.ts'
import type { PromptResponse } from '../send_prompt.ts'
import type { LoopResult } from './closed_loop.ts'

/** What was measured with so many streams at once. */
export interface Level {
  concurrency: number
  /** Requests that were measured and answered. */
  requests: number
  /** Why the first request failed that did; null if none did. */
  failure: string | null
  /** Output tokens per second of all streams together in the steady state. */
  output_tps: number
  ttft_ms: readonly number[]
  /** Decode speed of each request that shows one, in tokens/s. */
  decode_tps: readonly number[]
  events: readonly TelemetryEvent[]
}

/** The figures of a level from its throughput, its requests and the samples of those that were measured. */
export function summariseLevel(
  concurrency: number,
  output_tps: number,
  loop: LoopResult<PromptResponse>,
  events: readonly TelemetryEvent[],
): Level {
  const good = events.filter(({ exit }) => exit === 'ok')
  return {
    concurrency,
    requests: good.length,
    failure: loop.measured.find(({ failure }) => failure !== null)?.failure ?? null,
    output_tps,
    ttft_ms: good.flatMap(({ first_token_ms }) => first_token_ms ?? []),
    decode_tps: good.flatMap((event) => decodeSpeed(event) ?? []),
    events,
  }
}

/** The p-th share of values, by the nearest rank; null if there are none. */
export function quantile(values: readonly number[], p: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? null
}

/** Output tokens per second of all streams in the steady state: the deltas that arrived in it, by what a delta holds. */
export function outputRate({ all, from, to, counted }: LoopResult<PromptResponse>): number {
  return to > from ? (counted * tokensPerDelta(all) * 1000) / (to - from) : 0
}

/** An engine may send several tokens in a delta, or some in none: the requests that came to their end tell. */
function tokensPerDelta(all: readonly PromptResponse[]): number {
  const told = all.filter(({ seen }) => seen?.complete && seen.tokens_out !== null && seen.deltas > 0)
  const sum = (read: (response: PromptResponse) => number) => told.reduce((total, one) => total + read(one), 0)
  return told.length === 0 ? 1 : sum(({ seen }) => seen!.tokens_out!) / sum(({ seen }) => seen!.deltas)
}
