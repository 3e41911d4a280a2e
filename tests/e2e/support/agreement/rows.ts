import { METRICS } from '../../../../contracts/metrics.ts'
import type { MatrixRow } from '../../../../contracts/tables.ts'
import { formatCount, formatSpread, formatValue } from '../../../../site/lib/format.ts'
import type { Statement } from './statement.ts'

interface Spread {
  n: number
  p25: number
  p50: number
  p75: number
}

/** What a figure says in numbers, as the pages would show them. */
export function statementsOf(id: string, place: string, what: string, { n, p25, p50, p75 }: Spread): Statement[] {
  return [
    { id, place, quantity: `${what} median`, text: formatValue(p50), value: p50 },
    { id, place, quantity: `${what} spread`, text: formatSpread({ n, p25, p75 }) },
    { id, place, quantity: `${what} p25`, text: formatValue(p25), value: p25 },
    { id, place, quantity: `${what} p75`, text: formatValue(p75), value: p75 },
    { id, place, quantity: `${what} n`, text: formatCount(n), value: n },
  ]
}

/** The figures of a row of the published matrix, as a file holds it: numbers, or texts where it is CSV. */
export function readRow(row: Record<keyof MatrixRow, unknown>, place: string): Statement[] {
  return METRICS.flatMap((metric) => {
    const at = (name: 'n' | 'p25' | 'p50' | 'p75') => Number(row[`${metric}_${name}`])
    const isThere = row[`${metric}_p50`] !== null && row[`${metric}_p50`] !== ''
    const figure = { n: at('n'), p25: at('p25'), p50: at('p50'), p75: at('p75') }
    return isThere ? statementsOf(String(row.matrix_id), place, metric, figure) : []
  })
}
