import { describe, expect, test } from 'vitest'
import type { BenchmarkRow } from '../../../pipeline/review/review_benchmarks.ts'
import { publish, ROW } from './support.ts'

/** Which metrics a row counts for. */
async function countsFor(change: Partial<BenchmarkRow>): Promise<string[]> {
  const { matrix } = await publish([{ ...ROW, ...change }])
  const metrics = ['decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps'] as const
  return metrics.filter((metric) => matrix[0]![`${metric}_n`] !== null)
}

const ALL = ['decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps']

describe('a row counts for', () => {
  test.each<[string, Partial<BenchmarkRow>, string[]]>([
    ['every metric where it is whole', {}, ALL],
    ['none where the run failed', { exit: 'error' }, []],
    ['none where it was cancelled', { exit: 'cancel' }, []],
    ['no decode speed under 32 tokens', { tokens_out: 31 }, ['ttft_ms', 'prefill_tps', 'e2e_tps']],
    ['a decode speed from 32 tokens on', { tokens_out: 32 }, ALL],
    ['no decode speed under 250 ms', { decode_time_ms: 249.999 }, ['ttft_ms', 'prefill_tps', 'e2e_tps']],
    ['no prefill speed where batched', { measurement_type: 'batched_online' }, ['decode_tps', 'ttft_ms', 'e2e_tps']],
    ['no prefill speed without a prompt', { tokens_in: 0 }, ['decode_tps', 'ttft_ms', 'e2e_tps']],
    ['no prefill speed where the prompt is not stated', { tokens_in: null }, ['decode_tps', 'ttft_ms', 'e2e_tps']],
    ['neither first token nor speed without a token', { tokens_out: 0 }, []],
    ['nothing where tokens are not stated', { tokens_out: null }, []],
    ['no first token of 0 ms, which no clock measures', { first_token_ms: 0 }, ['decode_tps', 'e2e_tps']],
    [
      'an end-to-end speed alone from a total time',
      { first_token_ms: null, decode_time_ms: null, total_time_ms: 500 },
      ['e2e_tps'],
    ],
    ['a first token alone of a prompt test', { tokens_out: 1, decode_time_ms: null }, ['ttft_ms', 'prefill_tps']],
  ])('%s', async (_, change, expected) => {
    expect(await countsFor(change)).toEqual(expected)
  })
})

test('the formulae', async () => {
  const { matrix } = await publish([ROW])
  expect(matrix[0]).toMatchObject({
    decode_tps_p50: 11,
    ttft_ms_p50: 250,
    prefill_tps_p50: 4000,
    e2e_tps_p50: 111_000 / 10_250,
    vram_used_p95_mb: 8000,
    power_p50_w: 300,
  })
})

test('a stated total time goes before the sum of its parts', async () => {
  expect((await publish([{ ...ROW, total_time_ms: 11_100 }])).matrix[0]!.e2e_tps_p50).toBe(10)
})

test('memory and power count whatever the exit', async () => {
  expect((await publish([{ ...ROW, exit: 'error' }])).matrix[0]).toMatchObject({
    error_rate: 1,
    vram_used_p95_mb: 8000,
    power_p50_w: 300,
  })
})

test('a matrix row names what was rolled up, and a cell each of it', async () => {
  const { matrix, cells } = await publish([
    { ...ROW, engine_version: 'b2', prompt_bucket: 'le8k', month: '2026-11' },
    { ...ROW, engine_version: 'b1', prompt_bucket: 'le128', month: '2026-09' },
  ])
  expect(matrix).toHaveLength(1)
  expect(matrix[0]).toMatchObject({
    engine_versions: 'b1 b2',
    prompt_buckets: 'le128 le8k',
    first_month: '2026-09',
    last_month: '2026-11',
  })
  expect(cells.map(({ engine_version }) => engine_version).sort()).toEqual(['b1', 'b2'])
})
