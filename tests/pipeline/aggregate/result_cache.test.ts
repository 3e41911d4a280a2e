import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { WithdrawnCell } from '../../../contracts/index.ts'
import { aggregatePartitions } from '../../../pipeline/aggregate/aggregate_partitions.ts'
import { CacheFolder } from '../../../pipeline/cache/cache_folder.ts'
import { type Database, openDatabase } from '../../../pipeline/lib/database.ts'
import { Partition } from '../../../pipeline/strata/partition.ts'
import type { Stratum } from '../../../pipeline/strata/stratum.ts'
import { readCorpus, writeVariedCorpus } from '../../clickhouse/support/corpus.ts'
import { groupPartitions, identifyCell } from '../../support/aggregate.ts'

/** What the cache knows of a partition is neither computed nor read again. */

const POLICY = { k: 3, min_samples: 10, bin_contributors: 3, bin_samples: 3, closed_through: 202610 }

let folder: string
let strata: Stratum[]
let database: Database
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'result-cache-'))
  writeVariedCorpus(join(folder, 'data'), 6, 100)
  strata = (await readCorpus(join(folder, 'data'), folder)).strata
  database = await openDatabase(folder)
}, 120_000)
afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Aggregates with the cache of this file. */
async function publish(
  partitions: readonly Partition[],
  { policy = POLICY, withdrawn = [] as WithdrawnCell[], opening = Promise.resolve(database) } = {},
) {
  const cache = new CacheFolder(join(folder, 'cache'))
  const { fingerprint, ...rest } = await aggregatePartitions(opening, partitions, { policy, withdrawn, cache })
  return rest
}

/** Partitions as a later build finds them; `read` lists those whose strata were read. */
function reopen(partitions: readonly Partition[], read: string[]): Partition[] {
  return partitions.map((partition) => {
    const opened = Partition.open(partition.seal())
    vi.spyOn(opened, 'packed').mockImplementation(() => {
      read.push(partition.key)
      return partition.packed()
    })
    return opened
  })
}

test('a build of unchanged partitions needs neither their strata nor a database', async () => {
  const partitions = groupPartitions(strata)
  const first = await publish(partitions)
  expect(partitions.length).toBeGreaterThan(2)
  expect(first.matrix.length).toBeGreaterThan(3)
  const read: string[] = []
  const opening = new Promise<never>(() => {})
  expect(await publish(reopen(partitions, read), { opening })).toEqual(first)
  expect(read).toEqual([])
})

test('only what changed is read, by strata or withdrawn cells', async () => {
  const partitions = groupPartitions(strata)
  const { cells } = await publish(partitions)
  const read: string[] = []
  const without = await publish(reopen(partitions, read), { withdrawn: [identifyCell(cells[0]!)] })
  expect(new Set(read).size).toBe(1)
  expect(without.cells.length).toBe(cells.length - 1)
  read.length = 0
  const [changed, ...others] = partitions as [Partition, ...Partition[]]
  const { lines, pairs, ...identity } = changed.packed()[0]!
  changed.add(identity, lines, pairs, 1)
  await publish([changed, ...reopen(others, read)])
  expect(read).toEqual([])
})

test('a changed policy recomputes all', async () => {
  const partitions = groupPartitions(strata)
  const first = await publish(partitions)
  const read: string[] = []
  const other = await publish(reopen(partitions, read), { policy: { ...POLICY, closed_through: 202611 } })
  expect(new Set(read).size).toBe(partitions.length)
  // No samples of the month that was closed: what is published is the same.
  expect(other).toEqual(first)
})
