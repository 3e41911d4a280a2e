import { describeEmpty, describeFigure, describeRelation } from '../../lib/matrix/describe.ts'
import type { Shown } from './presenter.ts'

/** The line under the matrix: the details of the figure under the pointer or the focus, or what an empty cell lacks. */
export function startDetails(document: Document, current: () => Shown | undefined): void {
  const line = document.getElementById('detail')!
  const table = document.getElementById('table')!
  const tell = (event: Event) => {
    const cell = (event.target as Element).closest('td')
    const text = cell && (describeCell(cell, current()) ?? cell.querySelector('a[title]')?.getAttribute('title'))
    if (text) line.textContent = text
  }
  table.addEventListener('focusin', tell)
  table.addEventListener('mouseover', tell)
}

function describeCell(cell: HTMLElement, shown: Shown | undefined): string | undefined {
  if (!shown || !cell.dataset.at) return undefined
  const { matrix, state, grid, relation } = shown
  const [row, column] = cell.dataset.at.split(',').map(Number) as [number, number]
  const found = grid.cellAt(row, column)
  if (!found) return describeEmpty(matrix, state, grid.models[row]!, grid.gpus[column]!)
  const { best } = found
  const beside = describeRelation(matrix, state.metric, relation(best))
  return `${matrix.models[best.model]!.name} on ${matrix.gpus[best.gpu]!.name}: ${describeFigure(matrix, best, state.metric)}${beside && ` · ${beside}`}`
}
