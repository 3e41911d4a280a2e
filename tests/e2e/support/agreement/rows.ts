import type { z } from 'zod'
import { METRICS } from '../../../../contracts/metrics.ts'
import type { MatrixRow } from '../../../../contracts/tables.ts'
import type { CellDocument } from '../../../../site/data/api/documents.ts'
import { rentOrigin } from '../../../../site/lib/cost.ts'
import { formatN } from '../../../../site/lib/counts.ts'
import { formatSpread, formatUsd, formatValue } from '../../../../site/lib/format.ts'
import type { Kind } from '../../../../site/lib/labels.ts'
import type { Statement } from './statement.ts'

interface Spread {
  n: number
  p25: number
  p50: number
  p75: number
}

/** What a figure says in numbers, as the pages would show them. */
export function statementsOf(
  id: string,
  place: string,
  what: string,
  { n, p25, p50, p75 }: Spread,
  kind: Kind = 'curated',
): Statement[] {
  return [
    { id, place, quantity: `${what} median`, text: formatValue(p50), value: p50 },
    { id, place, quantity: `${what} spread`, text: formatSpread({ n, p25, p75 }, kind) },
    { id, place, quantity: `${what} p25`, text: formatValue(p25), value: p25 },
    { id, place, quantity: `${what} p75`, text: formatValue(p75), value: p75 },
    { id, place, quantity: `${what} n`, text: formatN(kind, n), value: n },
  ]
}

/** The figures and the cost of one row, as its document of the JSON interface holds them. */
export function readCellDocument({ row, cost }: z.infer<typeof CellDocument>): Statement[] {
  const where = { id: row.matrix_id, place: 'API cell' }
  if (!cost) return readRow(row, where.place)
  const { provider, as_of: asOf, listed_gpu_count: listedGpus, usd_per_hour: usdPerHour } = cost
  const { p25, p50, p75 } = cost.usd_per_million_output_tokens
  const n = row[`${cost.speed_metric}_n`]!
  return [
    ...readRow(row, where.place),
    { ...where, quantity: 'cost median', text: formatUsd(p50), value: p50 },
    { ...where, quantity: 'cost spread', text: formatSpread({ n, p25, p75 }, row.kind, formatUsd) },
    { ...where, quantity: 'cost n', text: formatN(row.kind, n), value: n },
    { ...where, quantity: 'price per hour', text: formatUsd(usdPerHour), value: usdPerHour },
    { ...where, quantity: 'price origin', text: rentOrigin({ provider, asOf, listedGpus, usdPerHour }, row.gpu_count) },
  ]
}

/** The figures of a row of the published matrix, as a file holds it: numbers, or texts where it is CSV. */
export function readRow(row: Record<keyof MatrixRow, unknown>, place: string): Statement[] {
  return [...METRICS, 'output_tps' as const].flatMap((metric) => {
    const at = (name: 'n' | 'p25' | 'p50' | 'p75') => Number(row[`${metric}_${name}`])
    const isThere = row[`${metric}_p50`] !== null && row[`${metric}_p50`] !== ''
    const figure = { n: at('n'), p25: at('p25'), p50: at('p50'), p75: at('p75') }
    return isThere ? statementsOf(String(row.matrix_id), place, metric, figure, row.kind as Kind) : []
  })
}
