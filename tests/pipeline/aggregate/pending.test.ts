import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stepCount, type Thresholds, type WithdrawnCell } from '../../../contracts/index.ts'
import type { Stratum } from '../../../pipeline/strata/stratum.ts'
import { readCorpus, writeVariedCorpus } from '../../clickhouse/support/corpus.ts'
import { aggregate, identifyCell } from '../../support/aggregate.ts'

/** A month that is still open is pending as a whole, and has no part in the figures of the others. */

const POLICY: Thresholds = { k: 5, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: 202610 }

let folder: string
let strata: Stratum[]
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pending-'))
  writeVariedCorpus(join(folder, 'data'), 5, 300)
  strata = (await readCorpus(join(folder, 'data'), folder)).strata
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function publish(from: Stratum[], policy: Partial<Thresholds> = {}, withdrawn: readonly WithdrawnCell[] = []) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    return await aggregate(connection, from, { ...POLICY, ...policy }, withdrawn)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const countLines = (from: Stratum[]) => from.reduce((sum, { lines }) => sum + lines, 0)
/** What `from` adds to the pending cells where all of its months are open: of a cell, all but engine and prompt size are told apart. */
const countCells = (from: Stratum[]) =>
  new Set(
    from.map(({ model_id, quantization, gpu_id, gpu_count, measurement_type, month }) =>
      [model_id, quantization, gpu_id, gpu_count, measurement_type, month].join(' '),
    ),
  ).size

test.each([
  ['all months', 202610],
  ['two months', 202609],
  ['one month', 202608],
  ['no month', 202607],
])('of %s closed', async (_, closed_through) => {
  const isOpen = ({ month }: Stratum) => Number(month.replace('-', '')) > closed_through
  const open = strata.filter(isOpen)
  const closed = await publish(strata.filter((stratum) => !isOpen(stratum)))
  const { collecting, ...tables } = await publish(strata, { closed_through })
  const { collecting: _closed, ...expected } = closed
  expect(tables).toEqual(expected)
  expect(tables.cells.length > 0).toBe(closed_through >= 202608)
  // In steps: those of closed months are known to half a step.
  const samples = closed.collecting.samples + countLines(open)
  const cells = closed.collecting.cells + countCells(open)
  expect(Math.abs(collecting.cells - cells)).toBeLessThanOrEqual(closed_through === 202610 ? 0 : 5)
  expect(Math.abs(collecting.samples / Math.max(samples, 1) - 1)).toBeLessThan(closed_through === 202610 ? 1e-9 : 0.06)
})

test('what a withdrawn cell held is neither published nor pending, in an open month either', async () => {
  const { cells } = await publish(strata)
  const cell = cells.find(({ month, engine_version }) => month === '2026-09' && engine_version === 'any')!
  const withdrawn = [identifyCell(cell)]
  for (const closed_through of [202608, 202610]) {
    const before = await publish(strata, { closed_through })
    const after = await publish(strata, { closed_through }, withdrawn)
    expect(after.cells).toEqual(before.cells.filter(({ cell_id }) => cell_id !== cell.cell_id))
    expect(after.collecting.samples).toBeLessThanOrEqual(before.collecting.samples)
  }
  const only = strata.filter((stratum) => stratum.month === '2026-09')
  const [open, without] = [
    await publish(only, { closed_through: 202608 }),
    await publish(only, { closed_through: 202608 }, withdrawn),
  ]
  expect(without.collecting.samples).toBeLessThan(open.collecting.samples)
})

test.each(['2026-1', '202608', '2026-08-01', 'unknown', ''])('a month of "%s" is open', async (month) => {
  const { cells, matrix, collecting } = await publish(strata.map((stratum) => ({ ...stratum, month })))
  expect([cells, matrix]).toEqual([[], []])
  expect(collecting.samples).toBe(stepCount(countLines(strata)))
})
