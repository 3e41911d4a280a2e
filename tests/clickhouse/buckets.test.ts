import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { BUCKETS_PER_OCTAVE, bucketIndex, bucketValue } from '../../contracts/index.ts'
import { aggregateInClickhouse } from '../../pipeline/clickhouse/aggregate.ts'
import { insertInBatches } from '../../pipeline/clickhouse/insert_in_batches.ts'
import { loadSamples } from '../../pipeline/clickhouse/load_samples.ts'
import { createSamplesTable, SAMPLE_COLUMNS } from '../../pipeline/clickhouse/sample_columns.ts'
import type { Stratum } from '../../pipeline/strata/stratum.ts'
import { createRandom } from '../bench/random.ts'
import { type ChdbSession, openChdb } from './support/chdb_session.ts'

/** The histogram is the same in ClickHouse and here, at every edge of it. */

vi.setConfig({ testTimeout: 120_000 })
const LEAST_EXPONENT = -32
const MOST_EXPONENT = 48
const POWER_METRIC = 5

let chdb: ChdbSession
beforeAll(async () => {
  chdb = await openChdb()
})
afterAll(() => chdb.close())

/** Powers of two, where buckets end exactly, with their neighbours; values next to the other ends; and values anywhere between. */
function edgeValues(): number[] {
  const values: number[] = []
  for (let i = LEAST_EXPONENT * BUCKETS_PER_OCTAVE; i <= MOST_EXPONENT * BUCKETS_PER_OCTAVE; i++) {
    const end = 2 ** (i / BUCKETS_PER_OCTAVE)
    values.push(end, end * (1 - 2 ** -52), end * (1 + 2 ** -52), end * (1 - 2 ** -40), end * (1 + 2 ** -40))
  }
  const random = createRandom(11)
  for (let i = 0; i < 20_000; i++) values.push(random.lognormal(100, 4))
  return values
}

test('a value falls into the same bucket, or into none', async () => {
  const values = edgeValues()
  const counting = values.filter((value) => value >= 2 ** LEAST_EXPONENT && value <= 2 ** MOST_EXPONENT)
  expect(counting.length).toBeLessThan(values.length)
  await chdb.run(createSamplesTable('edges'))
  await insertInBatches(chdb, 'edges', values.map(powerSample))
  await loadSamples(chdb, 'edges')
  const rows = await chdb.read<{ metric: number; idx: number; n: number }>(
    'SELECT metric, idx, toInt32(n) AS n FROM stratum_bins ORDER BY metric, idx',
  )
  const expected = Map.groupBy(counting, bucketIndex)
  expect(rows).toEqual(
    [...expected].sort(([a], [b]) => a - b).map(([idx, { length: n }]) => ({ metric: POWER_METRIC, idx, n })),
  )
})

function powerSample(power_w: number, number: number): unknown[] {
  const values: Record<string, unknown> = {
    job_id: String(number),
    origin: '',
    exit: 'ok',
    engine_version: '1',
    power_w,
  }
  return SAMPLE_COLUMNS.map(({ name, type }) => values[name] ?? (type.includes('Nullable') ? null : 'x'))
}

test('every bucket stands for the same value', async () => {
  const strata = Array.from({ length: (MOST_EXPONENT - LEAST_EXPONENT) * BUCKETS_PER_OCTAVE + 1 }, (_, i) => oneBin(i))
  const policy = { k: 1, min_samples: 1, bin_contributors: 1, bin_samples: 1, closed_through: 999912 }
  const { matrix } = await aggregateInClickhouse(chdb, strata, policy)
  const values = new Map(matrix.map(({ gpu_count, power_p50_w }) => [gpu_count, power_p50_w]))
  expect(values.size).toBe(strata.length)
  for (const { gpu_count } of strata)
    expect(values.get(gpu_count)).toBe(bucketValue(gpu_count - 1 + LEAST_EXPONENT * BUCKETS_PER_OCTAVE))
})

/** A set-up of its own with one value, in bucket number `i` of the power histogram. */
function oneBin(i: number): Stratum {
  const bin = POWER_METRIC * ((MOST_EXPONENT - LEAST_EXPONENT) * BUCKETS_PER_OCTAVE + 1) + i
  return {
    contributor: 's',
    host: '',
    model_id: 'm',
    model_slug: 'm',
    quantization: 'q',
    gpu_id: 'g',
    gpu_count: i + 1,
    engine: 'e',
    engine_version: '1',
    measurement_type: 'single_stream',
    prompt_bucket: 'le128',
    month: '2026-10',
    exit: 'ok',
    first_token_counts: true,
    tokens_count: true,
    lines: 1,
    bins: new Map([[bin, 1]]),
  }
}
