import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type AnonymizedExport,
  type BinRow,
  type CellRow,
  type MatrixRow,
  METRICS,
  SKETCH_RELATIVE_ERROR,
  stepCount,
} from '../../../contracts/index.ts'
import { type BuildResult, build } from '../../../pipeline/build/build.ts'
import { generateCorpus } from '../../bench/generate.ts'
import { loadBucketOf } from '../../support/load_bucket.ts'
import { addSmallCatalogue } from '../../support/small_catalogue.ts'

/** A generated corpus of 9 contributors through the whole pipeline, checked against a plain reading of the same files. */

let folder: string
let result: BuildResult
let samples: (AnonymizedExport & { contributor: string })[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'community-'))
  const dataDir = join(folder, 'data')
  const paths = await generateCorpus(dataDir, {
    lines: 20_000,
    contributors: 9,
    seed: 7,
    linesPerFile: 50_000,
    month: '2026-10',
  })
  addSmallCatalogue(dataDir)
  cpSync('data/policy.json', join(dataDir, 'policy.json'))
  samples = paths.flatMap((path) => {
    const contributor = path.split('/').at(-3)!
    return readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => ({ ...JSON.parse(line), contributor }))
  })
  result = await build({ dataDir, outDir: join(folder, 'out'), audience: 'public' })
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function read<T>(name: string): T[] {
  return tableFromIPC(readFileSync(join(folder, 'out', name)))
    .toArray()
    .map((row) => row.toJSON() as T)
}
const bins = () =>
  result.manifest.files.filter(({ table }) => table === 'bins').flatMap(({ name }) => read<BinRow>(name))

const BUCKETS: [number, string][] = [
  [128, 'le128'],
  [512, 'le512'],
  [2048, 'le2k'],
  [8192, 'le8k'],
  [32768, 'le32k'],
  [Number.POSITIVE_INFINITY, 'gt32k'],
]
const bucketOf = (tokens: number) => BUCKETS.find(([most]) => tokens <= most)![1]

/** The samples of a cell that was not generalised. */
function samplesOf(cell: CellRow): typeof samples {
  byCell ??= Map.groupBy(samples, (sample) =>
    JSON.stringify([
      sample.engine,
      sample.engine_version,
      bucketOf(sample.tokens_in),
      loadBucketOf(sample),
      sample.model_ref,
      sample.gpu_count,
      sample.quantization!.toLowerCase(),
    ]),
  )
  const { engine, engine_version, prompt_bucket, concurrency_bucket, model_id, gpu_count, quantization } = cell
  const names = [engine, engine_version, prompt_bucket, concurrency_bucket, model_id, gpu_count]
  return byCell.get(JSON.stringify([...names, quantization.toLowerCase()])) ?? []
}
let byCell: Map<string, typeof samples> | undefined

describe('community cells', () => {
  test('have at least 5 contributors and 30 samples, counted here again', () => {
    const plain = read<CellRow>('cells.arrow').filter(
      (cell) => ![cell.engine, cell.engine_version, cell.prompt_bucket, cell.concurrency_bucket].includes('any'),
    )
    expect(plain.length).toBeGreaterThan(20)
    for (const cell of plain) {
      const counted = Map.groupBy(samplesOf(cell), ({ contributor }) => contributor)
      const standing = [...counted.values()].filter((own) => own.length >= 5)
      expect(standing.length).toBeGreaterThanOrEqual(5)
      expect(stepCount(standing.length), cell.cell_id).toBe(cell.contributors)
      expect(standing.flat().length).toBeGreaterThanOrEqual(30)
      expect(cell.samples, cell.cell_id).toBeLessThanOrEqual(stepCount(samplesOf(cell).length))
      // One count for all: the least of those of the figures.
      for (const metric of METRICS) expect([cell.samples, null]).toContain(cell[`${metric}_n`])
    }
  })

  test('have the quantiles of the equal-weight mixture of their contributors', () => {
    let compared = 0
    for (const cell of read<CellRow>('cells.arrow')) {
      if (
        [cell.engine, cell.engine_version, cell.prompt_bucket, cell.concurrency_bucket].includes('any') ||
        cell.decode_tps_p50 === null
      )
        continue
      const values = samplesOf(cell).flatMap(({ contributor, exit, tokens_out: n, decode_time_ms: ms }) =>
        exit === 'ok' && n >= 32 && ms! >= 250 ? [{ contributor, v: ((n - 1) * 1000) / ms! }] : [],
      )
      const own = values.filter(
        ({ contributor }) => values.filter((value) => value.contributor === contributor).length >= 5,
      )
      const quantiles = [
        [0.5, cell.decode_tps_p50],
        [0.25, cell.decode_tps_p25],
      ] as const
      for (const [q, published] of quantiles) {
        // Of five contributors who are far apart, too few lie below it.
        if (published === null) continue
        const exact = mixtureQuantile(own, q)
        expect(Math.abs(published / exact - 1), `${cell.cell_id} ${q}`).toBeLessThanOrEqual(
          SKETCH_RELATIVE_ERROR + 1e-9,
        )
        compared++
      }
    }
    expect(compared).toBeGreaterThan(20)
  })

  test('publish bins whose masses add up to 1,000 and that do not overlap', () => {
    const byCell = Map.groupBy(bins(), ({ cell_id, metric }) => `${cell_id} ${metric}`)
    expect(byCell.size).toBeGreaterThan(50)
    for (const [name, list] of byCell) {
      expect(
        list.reduce((sum, { mass }) => sum + mass, 0),
        name,
      ).toBe(1000)
      for (const [i, bin] of list.entries()) if (i > 0) expect(bin.lo, name).toBeGreaterThan(list[i - 1]!.hi)
    }
  })

  test('count no accepted sample twice', () => {
    const published =
      read<CellRow>('cells.arrow').reduce((sum, { samples: n }) => sum + n, 0) + result.manifest.collecting.samples
    expect(published).toBeLessThan(1.02 * samples.length)
    expect(result.manifest.inputs.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(samples.length)
  })

  test('carry an interval around the median where 8 contributors stand behind them, and only there', () => {
    const rows = read<MatrixRow>('matrix.arrow')
    const ranked = rows.filter(({ evidence }) => evidence === 'ranked')
    const rest = rows.filter(({ evidence }) => evidence !== 'ranked')
    for (const row of rest) expect([row.decode_tps_ci_low, row.decode_tps_ci_high]).toEqual([null, null])
    for (const row of ranked.filter(({ decode_tps_ci_low }) => decode_tps_ci_low !== null)) {
      expect(row.decode_tps_ci_low!).toBeLessThanOrEqual(row.decode_tps_p50!)
      expect(row.decode_tps_ci_high!).toBeGreaterThanOrEqual(row.decode_tps_p50!)
    }
  })
})

/** Smallest value at which the mean over contributors of their own share of values up to it reaches q. */
function mixtureQuantile(values: { contributor: string; v: number }[], q: number): number {
  const totals = Map.groupBy(values, ({ contributor }) => contributor)
  let share = 0
  for (const { contributor, v } of values.toSorted((a, b) => a.v - b.v)) {
    share += 1 / totals.get(contributor)!.length / totals.size
    if (share >= q - 1e-9) return v
  }
  throw new Error('no values')
}

describe('a build', () => {
  test('writes the same bytes when it is repeated', async () => {
    const { manifest } = await build({
      dataDir: join(folder, 'data'),
      outDir: join(folder, 'again'),
      audience: 'public',
    })
    expect(manifest).toEqual(result.manifest)
  })

  test('names no contributor in a published file, and no job', () => {
    const job = samples[0]!.job_id
    for (const { name } of result.manifest.files) {
      const text = readFileSync(join(folder, 'out', name), 'latin1')
      expect(text.includes('contributor-0') || text.includes(job), name).toBe(false)
    }
  })

  test('without thresholds is marked private', async () => {
    const { manifest } = await build({
      dataDir: join(folder, 'data'),
      outDir: join(folder, 'private'),
      audience: 'private',
    })
    expect(manifest.audience).toBe('private')
    expect(manifest.collecting.cells).toBe(0)
  })
})
