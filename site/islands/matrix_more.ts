import type { Matrix } from '../lib/matrix/entries.ts'
import { renderList } from '../lib/matrix/render_list.ts'
import { bestFirst, filterEntries } from '../lib/matrix/select.ts'
import type { MatrixState } from '../lib/matrix/state.ts'

/** Lists, in a dialog, all figures that share the cell of a `+N` link (`…/models/<slug>/#<type>--<gpu>`). */
export function openMore(document: Document, matrix: Matrix, state: MatrixState, link: HTMLAnchorElement): void {
  const slug = link.pathname.split('/').filter(Boolean).at(-1)
  const gpuId = link.hash.slice(1).split('--').slice(1).join('--')
  const same = filterEntries(matrix, state).filter(
    (entry) => matrix.models[entry.model]!.slug === slug && matrix.gpus[entry.gpu]!.id === gpuId,
  )
  const first = same[0]
  if (!first) return
  const title = `${matrix.models[first.model]!.name} on ${matrix.gpus[first.gpu]!.name}`
  document.getElementById('more-title')!.textContent = title
  const list = renderList(document, matrix, { ...state, sort: 'median' }, bestFirst(same, state))
  for (const button of list.querySelectorAll('[data-sort]')) button.replaceWith(button.textContent ?? '')
  document.getElementById('more-table')!.replaceChildren(list)
  ;(document.getElementById('more') as HTMLDialogElement).showModal()
}
