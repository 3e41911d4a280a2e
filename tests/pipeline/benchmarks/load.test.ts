import { describe, expect, test } from 'vitest'
import { concurrencyBucket } from '../../../contracts/load.ts'
import type { BenchmarkRow } from '../../../pipeline/review/review_benchmarks.ts'
import { publish, ROW } from './support.ts'

/** A run of `concurrency` requests at once, of 101 tokens each in `ms`. */
function loaded(concurrency: number | null, ms: number, over: Partial<BenchmarkRow> = {}): BenchmarkRow {
  return {
    ...ROW,
    measurement_type: 'batched_online',
    concurrency,
    concurrency_bucket: concurrencyBucket(concurrency),
    tokens_out: 101,
    first_token_ms: 100,
    decode_time_ms: ms - 100,
    ...over,
  }
}

describe('nothing is pooled over load', () => {
  test('runs at unlike loads are rows and cells of their own, those at like ones are not', async () => {
    const { matrix, cells } = await publish([loaded(2, 1100), loaded(4, 1350), loaded(16, 2100), loaded(null, 3100)])
    const seen = matrix.map((row) => [row.concurrency_bucket, row.decode_tps_n, row.decode_tps_p50])
    expect(seen).toEqual([
      ['2-4', 2, 90],
      ['9-16', 1, 50],
      ['unknown', 1, 100 / 3],
    ])
    expect(cells.map((cell) => cell.concurrency_bucket).sort()).toEqual(['2-4', '9-16', 'unknown'])
    expect(matrix[0]!.matrix_id).toBe('org--model_q4_k_m_nvidia-rtx-4090_x1_llama.cpp_batched_online_c2-4_lab')
  })

  test('runs on unlike backends are apart too, and a row keeps its name where neither is known', async () => {
    const rows = (['vulkan', 'rocm', 'unknown'] as const).map((engine_backend) => ({ ...ROW, engine_backend }))
    const { matrix } = await publish(rows)
    const start = 'org--model_q4_k_m_nvidia-rtx-4090_x1_llama.cpp'
    const names = ['rocm_', '', 'vulkan_'].map((part) => `${start}_${part}single_stream`)
    expect(matrix.map(({ matrix_id }) => matrix_id.replace(/_lab$/, ''))).toEqual(names)
  })
})

describe('throughput', () => {
  test('of a matrix row has its spread, and says whether it is derived', async () => {
    const rows = [loaded(8, 1000, { output_tps: 700 }), loaded(8, 1000, { output_tps: 900 }), loaded(32, 2020)]
    const { matrix } = await publish([...rows, loaded(null, 1000)])
    const read = matrix.map((row) => [row.concurrency_bucket, row.output_tps_n, row.output_tps_p50])
    expect(read).toEqual([
      ['17-32', 1, 1600],
      ['5-8', 2, 800],
      ['unknown', null, null],
    ])
    expect(matrix.map((row) => row.output_tps_derived)).toEqual([true, false, null])
    expect([matrix[1]!.output_tps_p25, matrix[1]!.output_tps_p75]).toEqual([750, 850])
  })
})

describe('serving', () => {
  test('has a row per load, with throughput per GPU', async () => {
    const at = (concurrency: number, output_tps: number) =>
      loaded(concurrency, 1100, { gpu_count: 4, output_tps, power_w: 1200 })
    const single = loaded(1, 1010, { gpu_count: 4, measurement_type: 'single_stream' })
    const { serving } = await publish([single, at(2, 180), at(16, 1200), at(64, 3000)])
    const levels = serving.map((row) => [
      row.concurrency_bucket,
      row.output_tps_p50,
      row.output_tps_per_gpu_p50,
      row.output_tps_derived,
    ])
    expect(levels.sort((a, b) => Number(a[1]) - Number(b[1]))).toEqual([
      ['1', 100, 25, true],
      ['2-4', 180, 45, false],
      ['9-16', 1200, 300, false],
      ['33-64', 3000, 750, false],
    ])
    expect(serving.map((row) => row.power_p50_w)).toContain(1200)
  })

  test('leaves out a configuration that only one user was served by, failed runs, and runs of unknown throughput', async () => {
    const alone = { ...ROW, concurrency: 1 }
    const failed = loaded(16, 1100, { gpu_count: 2, exit: 'error' })
    const open = loaded(16, 1100, { gpu_count: 8, request_rate: 4 })
    expect((await publish([alone, failed, open])).serving).toEqual([])
  })
})
