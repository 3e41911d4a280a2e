import { isDeepStrictEqual } from 'node:util'
import type { Withdrawn } from '../../contracts/index.ts'
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
    if (!isDeepStrictEqual(kept, former.withdrawals)) return [TAKEN_BACK]
    const { withdrawn } = await planWithdrawal(baseDir, found.withdrawals.slice(kept.length))
    return compareCells(withdrawn, found)
  })
}

const TAKEN_BACK =
  'withdrawn.json: $.withdrawals: expected the entries of the base unchanged and new ones after them, found others. Fix: restore them; a withdrawal is never taken back.'

function compareCells(expected: Withdrawn, found: Withdrawn): string[] {
  const cells = (list: Withdrawn) => new Map(list.cells.map((cell) => [keyOf(cell).replaceAll('\n', ' '), cell]))
  const frozen = (list: Withdrawn) => new Map(list.frozen?.map((entry) => [entry.row.cell_id, entry]))
  return [
    ...compareEntries('cells', cells(expected), cells(found)),
    ...compareEntries('frozen', frozen(expected), frozen(found)),
  ]
}

const LISTS = {
  cells: { held: 'cells that held a withdrawn sample', as: '' },
  frozen: { held: 'cells that stay as they were released', as: ' as it was released' },
}

function compareEntries<T>(list: keyof typeof LISTS, expected: Map<string, T>, found: Map<string, T>): string[] {
  const { held, as } = LISTS[list]
  const differ = [...new Set([...expected.keys(), ...found.keys()])].filter(
    (name) => !isDeepStrictEqual(expected.get(name), found.get(name)),
  )
  return differ.map((name) => {
    const wanted = expected.has(name) ? `${name}${as}` : held
    const other = expected.has(name) ? (found.has(name) ? 'other figures' : 'no such entry') : name
    return `withdrawn.json: $.${list}: expected ${wanted}, found ${other}. Fix: run npm run withdraw on the base again and commit what it writes.`
  })
}
