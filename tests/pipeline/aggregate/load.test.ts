import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CellRow } from '../../../contracts/index.ts'
import { concurrencyBucket } from '../../../contracts/load.ts'
import type { Stratum } from '../../../pipeline/strata/stratum.ts'
import { readCorpus, writeVariedCorpus } from '../../clickhouse/support/corpus.ts'
import { aggregate } from '../../support/aggregate.ts'

/** Load tells samples apart, and changes nothing else of what is published of them. */

const PUBLIC = { k: 5, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: 202610 }
const PRIVATE = { k: 1, min_samples: 1, bin_contributors: 1, bin_samples: 1, closed_through: 999912 }

let folder: string
let strata: Stratum[]
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'load-'))
  writeVariedCorpus(join(folder, 'data'), 6, 400)
  strata = (await readCorpus(join(folder, 'data'), folder)).strata
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function publish(from: Stratum[], policy = PUBLIC) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    return await aggregate(connection, from, policy)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const withoutLoad = ({ measurement_type, ...stratum }: Stratum): Stratum => ({
  ...stratum,
  measurement_type,
  engine_backend: 'unknown',
  concurrency_bucket: measurement_type === 'single_stream' ? '1' : 'unknown',
})

/** Samples by what a cell is of, load apart. */
function sumSamples(cells: CellRow[]): Map<string, number> {
  const nameOf = (c: CellRow) =>
    [
      c.model_id,
      c.quantization,
      c.gpu_id,
      c.engine,
      c.engine_version,
      c.measurement_type,
      c.prompt_bucket,
      c.month,
    ].join()
  const groups = Map.groupBy(cells, nameOf)
  return new Map([...groups].map(([name, own]) => [name, own.reduce((sum, { samples }) => sum + samples, 0)]))
}

test('the samples of all loads and backends add up to those of cells that do not tell them apart', async () => {
  const own = strata.filter(({ month }) => month === '2026-10')
  const [apart, pooled] = [await publish(own, PRIVATE), await publish(own.map(withoutLoad), PRIVATE)]
  expect(apart.cells.length).toBeGreaterThan(1.5 * pooled.cells.length)
  const [sums, expected] = [sumSamples(apart.cells), sumSamples(pooled.cells)]
  expect([...sums.keys()].sort()).toEqual([...expected.keys()].sort())
  // Below 100 counts are exact.
  const exact = [...expected].filter(([, samples]) => samples < 100)
  expect(exact.length).toBeGreaterThan(50)
  for (const [name, samples] of exact) expect(sums.get(name), name).toBe(samples)
})

test('a cell is generalised to any load after prompt size and before version; a single stream keeps its load', async () => {
  const { cells, matrix } = await publish(strata)
  const any = (key: keyof CellRow) => cells.filter((cell) => cell[key] === 'any')
  for (const key of ['prompt_bucket', 'concurrency_bucket', 'engine_version', 'engine_backend'] as const)
    expect(any(key).length, key).toBeGreaterThan(0)
  expect(any('concurrency_bucket').every(({ prompt_bucket }) => prompt_bucket === 'any')).toBe(true)
  const loaded = any('engine_version').filter(({ measurement_type }) => measurement_type !== 'single_stream')
  expect(new Set(loaded.map(({ concurrency_bucket }) => concurrency_bucket))).toEqual(new Set(['any']))
  const single = [...cells, ...matrix].filter(({ measurement_type }) => measurement_type === 'single_stream')
  expect(new Set(single.map(({ concurrency_bucket }) => concurrency_bucket))).toEqual(new Set(['1']))
  expect(cells.some(({ concurrency_bucket }) => concurrency_bucket === '2-4')).toBe(true)
  expect(new Set(matrix.map(({ matrix_id }) => matrix_id)).size).toBe(matrix.length)
})

test('throughput is published under the thresholds of every metric, and served figures are those of the matrix', async () => {
  // All on one engine: else few loads have enough contributors.
  const alike = { engine: 'vllm', engine_version: '1', engine_backend: 'cuda', prompt_bucket: 'le2k' }
  const own = strata.map((stratum) => ({ ...stratum, ...alike }))
  const { matrix, serving } = await publish(own)
  const known = matrix.filter(({ output_tps_n }) => output_tps_n !== null)
  expect(known.length).toBeGreaterThan(0)
  for (const row of known) {
    expect(row.output_tps_n).toBeGreaterThanOrEqual(PUBLIC.min_samples)
    expect(row.output_tps_n).toBeLessThanOrEqual(row.samples)
    expect(row.output_tps_derived).toBe(false)
  }
  expect(serving.length).toBeGreaterThan(0)
  for (const row of serving) {
    const of = known.find(
      (other) =>
        other.output_tps_p50 === row.output_tps_p50 &&
        other.model_id === row.model_id &&
        other.measurement_type === row.measurement_type &&
        other.concurrency_bucket === row.concurrency_bucket,
    )
    expect(of, JSON.stringify(row)).toMatchObject({ decode_tps_p50: row.decode_tps_p50, output_tps_n: row.n })
    expect(row).toMatchObject({ source: 'community', output_bucket: 'any', power_p50_w: null })
    expect(row.output_tps_per_gpu_p50).toBe(row.output_tps_p50 / row.gpu_count)
    expect(concurrencyBucket(Math.round(row.concurrency_p50))).toBe(row.concurrency_bucket)
  }
  const few = own.filter(({ contributor }) => Number(contributor.split('-')[1]) < 4)
  expect((await publish(few)).serving).toEqual([])
})
