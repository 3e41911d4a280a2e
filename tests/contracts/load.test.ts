import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CONCURRENCY_BUCKETS, concurrencyBucket, type LoadedRun, throughputOf } from '../../contracts/load.ts'

describe('concurrencyBucket', () => {
  test.each([
    [null, 'unknown'],
    [1, '1'],
    [2, '2-4'],
    [4, '2-4'],
    [5, '5-8'],
    [8, '5-8'],
    [9, '9-16'],
    [33, '33-64'],
    [128, '65-128'],
    [256, '129-256'],
    [257, 'gt256'],
  ])('of %s is %s', (concurrency, bucket) => {
    expect(concurrencyBucket(concurrency)).toBe(bucket)
  })

  test('holds every number within the bounds that its name states, and never stands for several loads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (concurrency) => {
        const bucket = concurrencyBucket(concurrency)
        const [least, most = least] =
          bucket === 'gt256' ? [257, Number.POSITIVE_INFINITY] : bucket.split('-').map(Number)
        expect(concurrency).toBeGreaterThanOrEqual(least!)
        expect(concurrency).toBeLessThanOrEqual(most!)
        const next = CONCURRENCY_BUCKETS.indexOf(concurrencyBucket(concurrency + 1))
        expect(next - CONCURRENCY_BUCKETS.indexOf(bucket)).toBeOneOf([0, 1])
      }),
    )
  })
})

describe('throughputOf', () => {
  const RUN: LoadedRun = {
    concurrency: 8,
    tokens_out: 200,
    first_token_ms: 500,
    decode_time_ms: 3500,
    total_time_ms: null,
  }

  test.each<[string, Partial<LoadedRun>, ReturnType<typeof throughputOf>]>([
    ['is what the source states', { output_tps: 390, request_rate: 2 }, { output_tps: 390, derived: false }],
    ['follows from concurrency and latency, and says so', {}, { output_tps: 400, derived: true }],
    ['takes the total time where it is stated', { total_time_ms: 5000 }, { output_tps: 320, derived: true }],
    ['is unknown without a load', { concurrency: null }, null],
    ['is unknown without tokens', { tokens_out: null }, null],
    ['is unknown without a time', { first_token_ms: null }, null],
    ['is unknown where nothing took time', { total_time_ms: 0, first_token_ms: 0, decode_time_ms: 0 }, null],
    ['is not derived for requests that arrive at a rate', { request_rate: 4 }, null],
  ])('%s', (_, change, expected) => {
    expect(throughputOf({ ...RUN, ...change })).toEqual(expected)
  })

  test('of one stream is its end-to-end speed, and grows with the streams', () => {
    const amount = fc.double({ min: 1, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 512 }),
        fc.integer({ min: 1, max: 4096 }),
        amount,
        (streams, tokens, ms) => {
          const run = { ...RUN, concurrency: streams, tokens_out: tokens, total_time_ms: ms }
          expect(throughputOf(run)!.output_tps / streams).toBeCloseTo((tokens * 1000) / ms, 6)
        },
      ),
    )
  })
})
