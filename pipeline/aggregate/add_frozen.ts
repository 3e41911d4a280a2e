import { type CellRow, type FrozenCell, type MatrixRow, METRICS } from '../../contracts/index.ts'
import type { NumberedBin, NumberedCell } from './aggregates.ts'

interface Rows {
  matrix: MatrixRow[]
  cells: NumberedCell[]
  bins: NumberedBin[]
}

/** Adds cells as they were released to rows of what was counted. A matrix row of one frozen cell alone has the figures of that cell. */
export function addFrozen<T extends Rows>(rows: T, frozen: readonly FrozenCell[]): T {
  // Other numbers than those of cells that were counted.
  const added = frozen.map(({ row, bins }, i) => ({ cell: { ...row, cell_no: -i - 1 }, bins }))
  const cells = [...rows.cells, ...added.map(({ cell }) => cell)].sort((a, b) => (a.cell_id < b.cell_id ? -1 : 1))
  const byRow = Map.groupBy(cells, ({ matrix_id }) => matrix_id)
  const alone = frozen.filter(({ row }) => byRow.get(row.matrix_id)!.length === 1)
  const only = new Map(alone.map(({ row }) => [row.matrix_id, row]))
  return {
    ...rows,
    cells,
    matrix: rows.matrix.map((row) => takeFigures(row, only.get(row.matrix_id))),
    bins: [...rows.bins, ...added.flatMap(({ cell, bins }) => publishedBins(cell.cell_no, bins))],
  }
}

function takeFigures(row: MatrixRow, cell: CellRow | undefined): MatrixRow {
  if (cell === undefined) return row
  const figures = Object.entries(cell).filter(([key]) => key in row && key !== 'matrix_id')
  return { ...row, ...(Object.fromEntries(figures) as Partial<MatrixRow>) }
}

function publishedBins(cell_no: number, bins: FrozenCell['bins']): NumberedBin[] {
  return bins.flatMap(({ n: _, metric, ...bin }) => {
    const published = METRICS.find((name) => name === metric)
    return published === undefined ? [] : [{ cell_no, metric: published, ...bin }]
  })
}
