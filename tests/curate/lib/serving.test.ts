import { expect, test } from 'vitest'
import { readServingSummary, servingFields } from '../../../curate/lib/serving.ts'
import { servingBlock } from '../serving_block.ts'

test('a printed summary becomes the means over its requests', () => {
  const result = readServingSummary(servingBlock({ requests: 100, in: 20_000, out: 10_100, seconds: 50, maximum: 4 }))
  expect(servingFields(result!)).toEqual({
    tokens_in: 200,
    tokens_out: 101,
    first_token_ms: 50,
    decode_time_ms: 1000,
    total_time_ms: null,
    concurrency: 4,
    output_tps: 202,
    requests: 100,
    first_token_ms_p50: 40,
    first_token_ms_p99: 90,
    inter_token_ms_p50: 9,
    inter_token_ms_p99: 30,
  })
})

test('a recount of the tokens is not the count of the tokens', () => {
  const block = `${servingBlock({ requests: 1, in: 8, out: 8, seconds: 1 })}\nTotal generated tokens (retokenized): 7`
  expect(readServingSummary(block)?.total_output_tokens).toBe(8)
})

test('a summary that is cut off is none', () => {
  expect(readServingSummary('Successful requests: 5\nBenchmark duration (s): 10')).toBeNull()
})

test.each([
  // 100 requests in 50 s that stay 1.05 s each.
  ['an open loop', { requests: 100, in: 100, out: 10_100, seconds: 50 }, 2],
  ['a mean below one', { requests: 1, in: 100, out: 101, seconds: 50 }, 1],
  ['never more than there were requests', { requests: 100, in: 100, out: 10_100, seconds: 0.5 }, 100],
])('the concurrency is the mean in flight: %s', (_name, run, concurrency) => {
  expect(servingFields(readServingSummary(servingBlock(run))!).concurrency).toBe(concurrency)
})

test('a limit on arrivals at a rate is no closed loop', () => {
  const result = readServingSummary(servingBlock({ requests: 100, in: 100, out: 10_100, seconds: 50, maximum: 25 }))!
  expect(servingFields({ ...result, request_rate: 2 }).concurrency).toBe(2)
  expect(servingFields({ ...result, request_rate: Number.POSITIVE_INFINITY }).concurrency).toBe(25)
})
