import { join } from 'node:path'
import {
  type FrozenCell,
  isWithdrawn,
  Policy,
  type Withdrawal,
  type Withdrawn,
  type WithdrawnCell,
} from '../../contracts/index.ts'
import { withScratch } from '../lib/scratch.ts'
import { readCatalog, readJson } from '../read/catalog.ts'
import { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { readInputs } from '../read/inputs.ts'
import { checkFiles, type OnProgress } from '../review/check.ts'
import type { Stratum } from '../strata/stratum.ts'
import { freezeCells } from './freeze_cells.ts'
import { keyOf, type PlacedCell, placeCells } from './place_cells.ts'

/** What a withdrawal takes away. */
export interface WithdrawalPlan {
  withdrawn: Withdrawn
  files: DataFile[]
  gone: number
  frozen: number
}

/**
 * Finds what becomes of published cells when `withdrawals` are made. A cell that holds a sample of theirs stays as it was released where enough
 * others stand behind it, else it goes. So does every other cell that would change, such as one that gains a sample which so far counted as a
 * duplicate of a withdrawn one. No published figure is then other than it was, so that the difference of two releases is a sum of whole cells.
 * Throws ExplainedError on a damaged data folder.
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
  const strata = await readStrata(dataDir, files, onProgress)
  const formerFrozen = former.frozen ?? []
  const takenOut = [...former.cells, ...formerFrozen.map(({ row }) => row)]
  const before = await placeCells(strata, policy, takenOut)
  for (const cell of former.cells) before.delete(keyOf(cell))
  const left = files.filter((file) => !goes(file))
  const after = await readStrata(dataDir, left, onProgress)
  const changed = await findChanged(before, after, policy, takenOut, withdrawals)
  const kept = keysThatStay(before, changed, policy, withdrawals)
  const fresh = await freezeCells(strata, policy, former, kept)
  const isGone = ({ row }: FrozenCell) => changed.has(keyOf(row)) && !kept.has(keyOf(row))
  const gone = [...changed].filter(([key]) => !kept.has(key)).map(([, cell]) => cell)
  return {
    withdrawn: {
      schema_version: 1,
      withdrawals: [...former.withdrawals, ...withdrawals],
      cells: sortBy(keyOf, [...former.cells, ...gone]),
      frozen: sortBy(({ row }) => keyOf(row), [...formerFrozen.filter((entry) => !isGone(entry)), ...fresh]),
    },
    files: files.filter(goes),
    gone: gone.length,
    frozen: fresh.length,
  }
}

/** The cells that hold samples of `withdrawals`, and those that a build without these would change, by key. */
async function findChanged(
  before: Map<string, PlacedCell>,
  after: Stratum[],
  policy: Policy,
  takenOut: readonly WithdrawnCell[],
  withdrawals: Withdrawal[],
): Promise<Map<string, WithdrawnCell>> {
  const holds = ({ cell, contributors }: PlacedCell) =>
    [...contributors].some((name) => isWithdrawn(withdrawals, name, cell.month))
  const changed = new Map([...before].filter(([, cell]) => holds(cell)).map(([key, { cell }]) => [key, cell]))
  for (;;) {
    const placed = await placeCells(after, policy, [...takenOut, ...changed.values()])
    const more = [...placed].filter(
      ([key, { isPublished, digest }]) => isPublished && before.get(key)?.digest !== digest,
    )
    if (more.length === 0) break
    for (const [key, { cell }] of more) changed.set(key, cell)
  }
  return changed
}

/** Of the keys of cells that change those that enough contributors stand behind who do not withdraw. */
function keysThatStay(
  before: Map<string, PlacedCell>,
  changed: Map<string, WithdrawnCell>,
  policy: Policy,
  withdrawals: Withdrawal[],
): Set<string> {
  const others = ({ standing, cell }: PlacedCell) =>
    [...standing].filter((name) => !isWithdrawn(withdrawals, name, cell.month)).length
  return new Set([...changed.keys()].filter((key) => before.has(key) && others(before.get(key)!) >= policy.k))
}

function sortBy<T>(key: (entry: T) => string, entries: T[]): T[] {
  return entries.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

function readStrata(dataDir: string, files: DataFile[], onProgress?: OnProgress): Promise<Stratum[]> {
  return withScratch('withdraw', async (scratch) => {
    const catalog = new CatalogIndex(readCatalog(dataDir))
    const { partitions } = await checkFiles(files, { catalog, scratch, onProgress })
    return partitions.flatMap((partition) => partition.strata)
  })
}
