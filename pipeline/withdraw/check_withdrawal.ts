import { isDeepStrictEqual } from 'node:util'
import type { FrozenCell, Withdrawn, WithdrawnCell } from '../../contracts/index.ts'
import { withBaseData } from '../read/base_data.ts'
import { readWithdrawn } from '../read/inputs.ts'
import { keyOf } from './place_cells.ts'
import { planWithdrawal } from './plan_withdrawal.ts'

/**
 * Checks that withdrawn.json under `dataDir` is what the withdrawals added since `base` make of the data as they stood then. Entries are never
 * taken back: that would publish a cell again. Returns one problem per entry that is wrong. Throws ExplainedError on damaged files.
 */
export async function checkWithdrawal(dataDir: string, base: string): Promise<string[]> {
  const found = readWithdrawn(dataDir)
  return withBaseData(base, dataDir, async (baseDir) => {
    const former = readWithdrawn(baseDir)
    if (isDeepStrictEqual(former, found)) return []
    const kept = found.withdrawals.slice(0, former.withdrawals.length)
    if (!isDeepStrictEqual(kept, former.withdrawals)) return [explainTakenBack()]
    const { withdrawn } = await planWithdrawal(baseDir, found.withdrawals.slice(kept.length))
    return compareCells(withdrawn, found)
  })
}

function explainTakenBack(): string {
  return 'withdrawn.json: $.withdrawals: expected the entries of the base unchanged and new ones after them, found others. Fix: restore them; a withdrawal is never taken back.'
}

function compareCells(expected: Withdrawn, found: Withdrawn): string[] {
  const wanted = new Map(expected.cells.map((cell) => [keyOf(cell), cell]))
  const listed = new Map(found.cells.map((cell) => [keyOf(cell), cell]))
  return [
    ...without(wanted, listed).map((cell) => explain('cells', show(cell), 'no such entry')),
    ...without(listed, wanted).map((cell) => explain('cells', 'cells that held a withdrawn sample', show(cell))),
    ...compareFrozen(expected.frozen, found.frozen),
  ]
}

function compareFrozen(expected: FrozenCell[] = [], found: FrozenCell[] = []): string[] {
  const wanted = new Map(expected.map((entry) => [keyOf(entry.row), entry]))
  const listed = new Map(found.map((entry) => [keyOf(entry.row), entry]))
  const differ = [...new Set([...wanted.keys(), ...listed.keys()])].filter(
    (key) => !isDeepStrictEqual(wanted.get(key), listed.get(key)),
  )
  return differ.map((key) => {
    const [entry, other] = [wanted.get(key), listed.get(key)]
    const id = (entry ?? other)!.row.cell_id
    if (entry === undefined) return explain('frozen', 'cells that stay as they were released', id)
    return explain('frozen', `${id} as it was released`, other === undefined ? 'no such entry' : 'other figures')
  })
}

function explain(list: keyof Withdrawn, expected: string, found: string): string {
  return `withdrawn.json: $.${list}: expected ${expected}, found ${found}. Fix: run npm run withdraw on the base again and commit what it writes.`
}

function without(cells: Map<string, WithdrawnCell>, others: Map<string, WithdrawnCell>): WithdrawnCell[] {
  return [...cells].filter(([key]) => !others.has(key)).map(([, cell]) => cell)
}

function show(cell: WithdrawnCell): string {
  return keyOf(cell).replaceAll('\n', ' ')
}
