import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WithdrawnCell } from '../../../contracts/index.ts'
import { aggregatePartitions } from '../../../pipeline/aggregate/aggregate_partitions.ts'
import type { KeptResult } from '../../../pipeline/aggregate/aggregates.ts'
import { type Database, openDatabase } from '../../../pipeline/lib/database.ts'
import type { Partition } from '../../../pipeline/strata/strata_collector.ts'
import { readCorpus, writeVariedCorpus } from '../../clickhouse/support/corpus.ts'
import { identifyCell } from '../../support/aggregate.ts'

/** What a former build made of a partition is neither computed nor read again. */

const POLICY = { k: 3, min_samples: 10, bin_contributors: 3, bin_samples: 3, closed_through: 202610 }

let folder: string
let partitions: Partition[]
let database: Database
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'result-cache-'))
  writeVariedCorpus(join(folder, 'data'), 6, 100)
  partitions = (await readCorpus(join(folder, 'data'), folder)).partitions
  database = await openDatabase(folder)
}, 120_000)
afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

function publish(
  own: readonly Partition[],
  {
    policy = POLICY,
    withdrawn = [] as WithdrawnCell[],
    opening = Promise.resolve(database),
    former = new Map<string, KeptResult>() as ReadonlyMap<string, KeptResult>,
  } = {},
) {
  return aggregatePartitions(opening, own, { policy, withdrawn, former })
}

/** The partitions; `read` lists those whose strata were read. */
function watch(read: Set<string>): Partition[] {
  return partitions.map(({ key, strata }) => ({
    key,
    get strata() {
      read.add(key)
      return strata
    },
  }))
}

test('a build of unchanged partitions needs neither their strata nor a database', async () => {
  const first = await publish(partitions)
  expect(partitions.length).toBeGreaterThan(2)
  expect(first.matrix.length).toBeGreaterThan(3)
  const read = new Set<string>()
  const opening = new Promise<never>(() => {})
  expect(await publish(watch(read), { opening, former: first.results })).toEqual(first)
  expect(read.size).toBe(0)
})

test('only what changed is read, by strata or withdrawn cells', async () => {
  const { cells, results } = await publish(partitions)
  const read = new Set<string>()
  const without = await publish(watch(read), { withdrawn: [identifyCell(cells[0]!)], former: results })
  expect([...read]).toEqual([cells[0]!.model_id])
  expect(without.cells.length).toBe(cells.length - 1)
  read.clear()
  const [changed, ...others] = partitions.map(({ key }) => key) as [string, ...string[]]
  await publish(watch(read), { former: new Map(others.map((key) => [key, results.get(key)!])) })
  expect([...read]).toEqual([changed])
})

test('a changed policy recomputes all', async () => {
  const first = await publish(partitions)
  const read = new Set<string>()
  const policy = { ...POLICY, closed_through: 202611 }
  const { results, ...other } = await publish(watch(read), { policy, former: first.results })
  expect(read.size).toBe(partitions.length)
  // No samples of the month that was closed: what is published is the same.
  expect(first).toMatchObject(other)
})
