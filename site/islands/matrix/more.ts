import { relateTo } from '../../lib/matrix/baseline.ts'
import type { Matrix } from '../../lib/matrix/entries.ts'
import { renderList } from '../../lib/matrix/render_list.ts'
import { bestFirst, buildGrid } from '../../lib/matrix/select.ts'
import type { MatrixState } from '../../lib/matrix/state.ts'

/** Lists, in a dialog, all figures that share the cell of a `+N` link (`…/models/<slug>/#<type>--<gpu>`). */
export function openMore(document: Document, matrix: Matrix, state: MatrixState, link: HTMLAnchorElement): void {
  const slug = link.pathname.split('/').filter(Boolean).at(-1)
  const gpuId = link.hash.slice(1).split('--').slice(1).join('--')
  const grid = buildGrid(matrix, state)
  const same = grid.entries.filter(
    (entry) => matrix.models[entry.model]!.slug === slug && matrix.gpus[entry.gpu]!.id === gpuId,
  )
  const first = same[0]
  if (!first) return
  const title = `${matrix.models[first.model]!.name} on ${matrix.gpus[first.gpu]!.name}`
  document.getElementById('more-title')!.textContent = title
  const sorted = bestFirst(matrix, same, state)
  const relation = relateTo(matrix, state, grid)
  const { table, row } = renderList({ document, matrix, state, relation, live: false }, sorted)
  table.querySelector('tbody')!.append(...sorted.map(row))
  document.getElementById('more-table')!.replaceChildren(table)
  ;(document.getElementById('more') as HTMLDialogElement).showModal()
}
