import { type CellRow, METRICS } from '../../../contracts/index.ts'
import type { Isolation } from '../support/isolation.ts'
import type { Publication } from '../support/publication.ts'

/**
 * Contributors left out of a figure, isolated by subtraction from published numbers alone: a cell states its contributors and the attempts
 * that ended well, the figure states those that it is made of. Where fewer than `k` contributors were left out, the difference of the two
 * counts is theirs. Only e2e_tps counts every attempt that ended well, so only its difference holds nothing else.
 */
export function findLeftOut({ cells, bins, manifest: { policy } }: Publication): Isolation[] {
  const weights = new Map(bins.map(({ cell_id, metric, weight }) => [`${cell_id} ${metric}`, weight]))
  return cells.flatMap((cell) => {
    const left = cell.contributors - (weights.get(`${cell.cell_id} e2e_tps`) ?? cell.contributors)
    if (left <= 0 || left >= policy.k) return []
    if (cell.ok_rate === null) return []
    const samples = Math.round(cell.samples * cell.ok_rate) - cell.e2e_tps_n!
    // Above 99 a count is rounded, and the difference with it.
    if (samples <= 0 || cell.samples >= 100) return []
    const how = `${cell.cell_id}: samples × ok_rate − e2e_tps_n = ${samples} samples of those left out`
    return [{ attack: 'left out', how, contributors: left }]
  })
}

/** Metrics of a cell that rest on fewer samples than a cell must have: short answers do not count in every metric, nor who has under 5. */
export function findThinMetrics({ cells, manifest: { policy } }: Publication): Isolation[] {
  return cells.flatMap((cell) =>
    METRICS.flatMap((metric) => {
      const n = cell[`${metric}_n` as keyof CellRow] as number | null
      if (n === null || n >= policy.min_samples) return []
      return [
        {
          attack: 'metric threshold',
          how: `${metric} of ${cell.cell_id} rests on ${n} samples`,
          contributors: cell.contributors,
        },
      ]
    }),
  )
}
