import { describe, expect, test } from 'vitest'
import { hasSample, type TaskEnding, toTaskResult } from '../../../telemetry/gateway/task_result.ts'
import { newObservation } from '../../../telemetry/wire/observation.ts'
import type { Observation } from '../../../telemetry/wire/types.ts'

const ALONE = { measurement_type: 'single_stream', concurrency: 1 } as const

/** A stream of 100 tokens, accepted at 0, whose first token arrives at 200 ms and the last at 1,200 ms. */
function ending(seen: Partial<Observation> = {}, changes: Partial<TaskEnding> = {}): TaskEnding {
  const stream = { streamed: true, complete: true, first_token_at: 200, last_token_at: 1200 }
  const counts = { deltas: 100, pieces: 100, tokens_in: 10, tokens_out: 100 }
  const observation = { ...newObservation(), ...stream, ...counts, ...seen }
  const facts = { api: 'openai.chat', outcome: { exit: 'ok' }, accepted_at: 0, ended_at: 1300, load: ALONE } as const
  return { ...facts, seen: observation, ...changes }
}

const GATEWAY = { first_token_ms: 200, decode_time_ms: 1000, timing_source: 'gateway', streamed: true }

test('a stream that came token by token is timed as it came, whatever the engine tells', () => {
  const told = { engine_first_token_ms: 150, engine_decode_time_ms: 990 }
  expect(toTaskResult(ending(told))).toMatchObject({ ...GATEWAY, pieces: 100, ...ALONE })
})

describe.each([
  ['in one piece', { pieces: 1, first_token_at: 1200 }],
  ['in clumps', { pieces: 12, first_token_at: 900 }],
  ['with hidden reasoning', { pieces: 30, hidden_tokens: 70, first_token_at: 900 }],
  ['with text that is not of the model', { pieces: 300 }],
] as const)('a stream %s', (_, seen) => {
  test("has the engine's time of decoding, and all before it as the time to the first token", () => {
    const result = toTaskResult(ending({ ...seen, engine_first_token_ms: 150, engine_decode_time_ms: 990 }))
    expect(result).toMatchObject({ first_token_ms: 210, decode_time_ms: 990, timing_source: 'engine', streamed: true })
    expect(result.pieces).toBe(seen.pieces)
  })

  test('without it shows how many pieces there were', () => {
    const result = toTaskResult(ending(seen))
    expect(result).toMatchObject({ pieces: seen.pieces, tokens_out: 100, timing_source: 'gateway' })
  })
})

test('hidden reasoning without a time of the engine counts as an answer in one piece', () => {
  const result = toTaskResult(ending({ pieces: 30, hidden_tokens: 70, first_token_at: 900 }))
  expect(result).toMatchObject({ first_token_ms: 1200, decode_time_ms: 0, streamed: false })
})

test('a whole answer waited for the engine as long as it did not decode', () => {
  const whole = { streamed: false, deltas: 0, pieces: 1, first_token_at: 1200, engine_decode_time_ms: 400 }
  const result = toTaskResult(ending({ ...whole, engine_first_token_ms: 50 }))
  expect(result).toMatchObject({ first_token_ms: 800, decode_time_ms: 400, timing_source: 'engine', streamed: false })
})

test.each([
  [ALONE, 8],
  [{ measurement_type: 'batched_online', concurrency: 3 } as const, 10],
])('eight sequences beside %j are a batch of %i', (load, concurrency) => {
  const result = toTaskResult(ending({ engine_decode_time_ms: 5, pieces: 20 }, { load, sequences: 8 }))
  expect(result).toMatchObject({
    measurement_type: 'batched_offline',
    concurrency,
    tokens_out: 100,
    timing_source: 'gateway',
  })
})

test.each<[string, Partial<Observation>, Partial<TaskEnding>, boolean]>([
  ['a stream', {}, {}, true],
  ['a stream without counts', { tokens_out: null }, {}, true],
  ['a whole answer without counts', { streamed: false, tokens_out: null }, {}, false],
  ['a prompt that was counted', { streamed: false, tokens_out: null }, { api: 'rerank' }, true],
  ['a prompt that was not', { streamed: false, tokens_in: null }, { api: 'rerank' }, false],
  ['an answer of another machine', { remote: true }, {}, false],
  ['a failure of another machine', { remote: true }, { outcome: { exit: 'error' } }, false],
  ['a model that was loaded', { is_control: true }, {}, false],
  ['a failure without counts', { streamed: false, tokens_out: null }, { outcome: { exit: 'error' } }, true],
])('%s has a sample: %4$s', (_, seen, changes, expected) => {
  expect(hasSample(ending(seen, changes))).toBe(expected)
})
