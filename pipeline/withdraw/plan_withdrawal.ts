import { join } from 'node:path'
import { isWithdrawn, Policy, type Withdrawal, type Withdrawn, type WithdrawnCell } from '../../contracts/index.ts'
import { withScratch } from '../lib/scratch.ts'
import { readCatalog, readJson } from '../read/catalog.ts'
import { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { readInputs } from '../read/inputs.ts'
import { checkFiles, type OnProgress } from '../review/check.ts'
import type { Stratum } from '../strata/stratum.ts'
import { keyOf, type PlacedCell, placeCells } from './place_cells.ts'

/** What a withdrawal takes away. */
export interface WithdrawalPlan {
  /** The new content of withdrawn.json. */
  withdrawn: Withdrawn
  /** Files that are not read any more. */
  files: DataFile[]
  /** The published cells that go, beside those of former withdrawals. */
  cells: WithdrawnCell[]
}

/**
 * Finds the published cells that go when `withdrawals` are made: every cell that holds a sample of theirs, and every other cell that would
 * change, such as one that gains a sample which so far counted as a duplicate of a withdrawn one. All cells that are left are then exactly
 * what they were, so that the difference of two releases is a sum of whole published cells. Throws ExplainedError on a damaged data folder.
 */
export async function planWithdrawal(
  dataDir: string,
  withdrawals: Withdrawal[],
  onProgress?: OnProgress,
): Promise<WithdrawalPlan> {
  const { files: all, withdrawn: former } = readInputs(dataDir)
  const files = all.filter(({ kind }) => kind === 'community')
  const goes = ({ owner, month }: DataFile) => isWithdrawn(withdrawals, owner, month!)
  const policy = readJson(join(dataDir, 'policy.json'), Policy)
  const before = await placeCells(await readStrata(dataDir, files, onProgress), policy, former.cells)
  const held = [...before.values()].filter(({ cell, contributors }) =>
    [...contributors].some((name) => isWithdrawn(withdrawals, name, cell.month)),
  )
  const left = files.filter((file) => !goes(file))
  const after = await readStrata(dataDir, left, onProgress)
  const gone = await closeOver(before, after, policy, [...former.cells, ...held.map(({ cell }) => cell)])
  return {
    withdrawn: {
      schema_version: 1,
      withdrawals: [...former.withdrawals, ...withdrawals],
      cells: gone.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    },
    files: files.filter(goes),
    cells: gone.slice(former.cells.length),
  }
}

/** Adds cells to `gone` until every cell published from `after` is one that stood before, unchanged. */
async function closeOver(
  before: Map<string, PlacedCell>,
  after: Stratum[],
  policy: Policy,
  gone: WithdrawnCell[],
): Promise<WithdrawnCell[]> {
  const placed = await placeCells(after, policy, gone)
  const changed = [...placed].filter(([key, { digest }]) => before.get(key)?.digest !== digest)
  if (changed.length === 0) return gone
  return closeOver(before, after, policy, [...gone, ...changed.map(([, { cell }]) => cell)])
}

function readStrata(dataDir: string, files: DataFile[], onProgress?: OnProgress): Promise<Stratum[]> {
  return withScratch('withdraw', async (scratch) => {
    const catalog = new CatalogIndex(readCatalog(dataDir))
    const { partitions } = await checkFiles(files, { catalog, scratch, onProgress })
    return partitions.flatMap((partition) => partition.packed())
  })
}
