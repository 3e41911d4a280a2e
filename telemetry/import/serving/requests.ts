import { z } from 'zod'
import { explainIssue } from '../explain_issue.ts'
import type { Findings } from '../findings.ts'
import type { Place, SampleFigures } from '../types.ts'

/**
 * The per-request arrays that `vllm bench serve` and `sglang.bench_serving` share (the latter stems from the former).
 * Keys that are not named here, generated_texts above all, are dropped by the parser and reach no later step.
 */
export const RequestArrays = z.object({
  input_lens: z.array(z.unknown()),
  output_lens: z.array(z.unknown()),
  ttfts: z.array(z.unknown()),
  itls: z.array(z.unknown()),
  errors: z.array(z.unknown()),
  cached_tokens: z.array(z.unknown()).optional(),
})
export type RequestArrays = z.infer<typeof RequestArrays>

export const REQUEST_ARRAYS = ['input_lens', 'output_lens', 'ttfts', 'itls', 'errors'] as const

const Request = z.object({
  input_lens: z.int().min(0),
  output_lens: z.int().min(0),
  /** Seconds; 0 or null if no token came. */
  ttfts: z.number().min(0).nullable(),
  /** Seconds between one chunk of tokens and the next. */
  itls: z.array(z.number().min(0)),
  errors: z.string().nullable(),
  cached_tokens: z.int().min(0).nullish(),
})
type Request = z.infer<typeof Request>

/** One request of a run that can be converted; `number` counts from 1. */
export interface TimedRequest {
  number: number
  figures: SampleFigures
}

/**
 * Reads the requests of one run. A request with an error becomes exit "error" with the times it got to; a request
 * without an error whose times are missing is skipped, since they cannot be made up.
 */
export function readRequests(arrays: RequestArrays, place: Place, findings: Findings, fix: string): TimedRequest[] {
  return arrays.input_lens.flatMap((_, index) => {
    const at = { ...place, item: `request ${index + 1}` }
    const raw = requestAt(arrays, index)
    const parsed = Request.safeParse(raw)
    if (!parsed.success) {
      findings.reject(at, 1, explainIssue(parsed.error.issues[0]!, raw, fix))
      return []
    }
    const reason = findMissingTime(parsed.data)
    if (reason === undefined) return [{ number: index + 1, figures: toFigures(parsed.data) }]
    findings.skip(at, 1, reason)
    return []
  })
}

function requestAt(arrays: RequestArrays, index: number): Record<string, unknown> {
  const entries = REQUEST_ARRAYS.map((key) => [key, arrays[key][index]] as const)
  return { ...Object.fromEntries(entries), cached_tokens: arrays.cached_tokens?.[index] }
}

function findMissingTime(request: Request): string | undefined {
  if (request.errors) return undefined
  if (!request.ttfts) return 'no first token and no error: the tool recorded 0 for the time of a token that never came'
  if (request.output_lens > 1 && sum(request.itls) === 0)
    return 'no time between tokens: the whole answer came in one piece (streaming off, or a proxy that buffers)'
  return undefined
}

function toFigures(request: Request): SampleFigures {
  const timed = !request.errors || request.itls.length > 0
  return {
    tokens_in: request.input_lens,
    tokens_out: request.output_lens,
    first_token_ms: request.ttfts ? request.ttfts * 1000 : null,
    decode_time_ms: timed ? sum(request.itls) * 1000 : null,
    exit: request.errors ? 'error' : 'ok',
    ...(request.cached_tokens ? { tokens_in_cached: request.cached_tokens } : {}),
    ...(request.itls.length > 0 && { pieces: request.itls.length + 1 }),
  }
}

function sum(seconds: readonly number[]): number {
  return seconds.reduce((total, itl) => total + itl, 0)
}
