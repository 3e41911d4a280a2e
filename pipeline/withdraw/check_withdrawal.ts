import { isDeepStrictEqual } from 'node:util'
import type { Withdrawn, WithdrawnCell } from '../../contracts/index.ts'
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
  const fix = 'run npm run withdraw on the base again and commit what it writes'
  return [
    ...without(wanted, listed).map(
      (cell) => `withdrawn.json: $.cells: expected ${show(cell)}, found no such entry. Fix: ${fix}.`,
    ),
    ...without(listed, wanted).map(
      (cell) =>
        `withdrawn.json: $.cells: expected cells that held a withdrawn sample, found ${show(cell)}. Fix: ${fix}.`,
    ),
  ]
}

function without(cells: Map<string, WithdrawnCell>, others: Map<string, WithdrawnCell>): WithdrawnCell[] {
  return [...cells].filter(([key]) => !others.has(key)).map(([, cell]) => cell)
}

function show(cell: WithdrawnCell): string {
  return Object.values(cell).join(' ')
}
