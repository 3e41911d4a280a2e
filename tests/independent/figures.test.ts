import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MatrixRow } from '../../contracts/index.ts'

/** A median that tests/independent/figures.mjs computed from the raw source files. */
interface Figure {
  source: string
  stratum: Pick<MatrixRow, 'model_id' | 'quantization' | 'gpu_id' | 'gpu_count' | 'engine' | 'measurement_type'>
  metric: 'decode_tps' | 'ttft_ms' | 'e2e_tps'
  n: number
  median: number
}

const METRICS = ['decode_tps', 'ttft_ms', 'e2e_tps'] as const
const ROOT = join(import.meta.dirname, '..', '..')
const figures = JSON.parse(readFileSync(join(import.meta.dirname, 'figures.json'), 'utf8')) as Figure[]
const folder = mkdtempSync(join(tmpdir(), 'figures-test-'))
let matrix: MatrixRow[] = []

beforeAll(() => {
  // Always from data/ as it is now: an earlier build may be older than the data.
  execFileSync(process.execPath, ['pipeline/cli.ts', '--out', folder], { cwd: ROOT, stdio: 'pipe' })
  matrix = tableFromIPC(readFileSync(join(folder, 'matrix.arrow')))
    .toArray()
    .map((row) => row.toJSON() as MatrixRow)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the published medians equal those of an independent reading of the raw sources', () => {
  test.each(figures.map((figure) => ({ name: describeFigure(figure), figure })))('$name', ({ figure }) => {
    const rows = matrix.filter((row) => isStratum(row, figure))
    expect(rows).toHaveLength(1)
    const published = rows[0]![`${figure.metric}_p50`]
    expect({ n: rows[0]![`${figure.metric}_n`], isEqual: isEqual(published, figure.median), published }).toEqual({
      n: figure.n,
      isEqual: true,
      published,
    })
  })

  test('cover H100 and MI300X on vLLM, and three figures of every source, or all that it has', () => {
    const dstack = figures.filter(({ source }) => source === 'dstack')
    for (const gpu of ['nvidia-h100-sxm5-80gb', 'amd-mi300x']) {
      const metrics = dstack.filter(({ stratum }) => stratum.gpu_id === gpu).map(({ metric }) => metric)
      expect(metrics).toEqual(expect.arrayContaining(['decode_tps', 'ttft_ms']))
    }
    const bySource = Map.groupBy(
      matrix.filter(({ kind }) => kind === 'curated'),
      ({ source }) => source,
    )
    const thin = [...bySource].filter(([source, rows]) => {
      const checked = figures.filter((figure) => figure.source === source).length
      return (
        checked < Math.min(3, rows.flatMap((row) => METRICS.filter((metric) => row[`${metric}_n`] !== null)).length)
      )
    })
    expect(thin.map(([source]) => source)).toEqual([])
  })
})

test('the bound is tight: a figure off in the eighth digit does not pass', () => {
  expect([isEqual(100.00001, 100), isEqual(99.99999, 100), isEqual(100.00000001, 100)]).toEqual([false, false, true])
  expect(isEqual(null, 100)).toBe(false)
})

function isStratum(row: MatrixRow, { source, stratum }: Figure): boolean {
  const keys = Object.keys(stratum) as (keyof typeof stratum)[]
  return row.source === source && keys.every((key) => row[key] === stratum[key])
}

/** Both are exact: they may differ by how sums of binary fractions round. */
function isEqual(published: number | null, exact: number): boolean {
  return published !== null && Math.abs(published / exact - 1) <= 1e-9
}

function describeFigure({ source, stratum, metric }: Figure): string {
  return `${source}: ${Object.values(stratum).join(' ')}, ${metric}`
}
