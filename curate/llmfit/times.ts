import type { Result } from './submission.ts'

/** The times of a result in milliseconds, with the flaw that they have; `contradictory` ones cannot be used. */
export interface Times {
  first_token_ms: number | null
  decode_time_ms: number | null
  total_time_ms: number | null
  flaw: 'endToEnd' | 'contradictory' | 'loading' | null
}

/** Above this share of the whole request the generation time contradicts it. */
const LONGEST_SHARE = 1.1

/** Below this share of the whole request something else, loading the model, took most of the time. */
const SHORTEST_SHARE = 0.5

/** What avgTps means depends on the provider: Ollama's own generation speed, else tokens over the wall clock. */
export function timesOf(result: Result): Times {
  const { provider, avgTps, avgTtftMs = null, avgTotalMs, avgOutputTokens } = result
  if (provider !== 'ollama') {
    return { first_token_ms: null, decode_time_ms: null, total_time_ms: avgTotalMs, flaw: 'endToEnd' }
  }
  const decode = (avgOutputTokens / avgTps) * 1000
  const share = (decode + (avgTtftMs ?? 0)) / avgTotalMs
  const flaw = share > LONGEST_SHARE ? 'contradictory' : share < SHORTEST_SHARE ? 'loading' : null
  return {
    first_token_ms: avgTtftMs,
    decode_time_ms: decode,
    total_time_ms: flaw === null ? avgTotalMs : null,
    flaw,
  }
}
