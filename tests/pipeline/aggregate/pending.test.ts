import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Thresholds, WithdrawnCell } from '../../../contracts/index.ts'
import { aggregate } from '../../../pipeline/aggregate/aggregate.ts'
import { placeStrata } from '../../../pipeline/aggregate/compute_rows.ts'
import { groupPartitions } from '../../../pipeline/strata/partition.ts'
import type { Stratum } from '../../../pipeline/strata/stratum.ts'
import { readCorpus, writeVariedCorpus } from '../../clickhouse/support/corpus.ts'

/** Strata of open months do not reach the database. What is published and what waits is what it would have made of them. */

const POLICY: Thresholds = { k: 5, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: 202610 }

let folder: string
let strata: Stratum[]
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pending-'))
  writeVariedCorpus(join(folder, 'data'), 5, 300)
  strata = (await readCorpus(join(folder, 'data'), folder)).strata
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every stratum placed by the database, whether its month is open or not. */
async function placeAll(policy: Thresholds, withdrawn: readonly WithdrawnCell[]) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    const packed = groupPartitions(strata).flatMap((partition) => partition.packed())
    const placements = await placeStrata(connection, packed, policy, withdrawn)
    const pending = placements.filter(({ fits, gone }) => !fits && !gone)
    const published = placements.filter(({ fits }) => fits)
    const { matrix, cells, collecting } = await aggregate(connection, strata, policy, withdrawn)
    return { packed, pending, published, matrix, cells, collecting }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** A cell of a month as it is published where the month is closed. */
async function publishedCell(month: string): Promise<WithdrawnCell> {
  const { cells } = await placeAll(POLICY, [])
  return (
    cells.find((cell) => cell.month === month && cell.engine_version === 'any') ??
    cells.find((cell) => cell.month === month)!
  )
}

test.each([
  ['all months', 202610, null],
  ['two months', 202609, null],
  ['one month', 202608, null],
  ['no month', 202607, null],
  ['one month, and a cell of an open one was withdrawn', 202608, '2026-09'],
  ['two months, and a cell of a closed one was withdrawn', 202609, '2026-09'],
])('of %s', async (_, closed_through, month) => {
  const withdrawn = month === null ? [] : [await publishedCell(month)]
  const all = await placeAll({ ...POLICY, closed_through }, withdrawn)
  expect(all.cells.map(({ cell_id }) => cell_id)).toEqual(
    [...new Set(all.published.map(({ cell_id }) => cell_id))].sort(),
  )
  expect(all.matrix.map((row) => row.matrix_id)).toEqual([...new Set(all.published.map((row) => row.matrix_id))].sort())
  const samples = all.pending.reduce((sum, { stratum_id }) => sum + all.packed[stratum_id]!.lines, 0)
  const cells = new Set(all.pending.map(({ cell_id }) => cell_id)).size
  expect(all.collecting).toEqual({ cells, samples: Number(samples.toPrecision(2)) })
})
