import { element } from '../../lib/dom.ts'
import { relateTo } from '../../lib/matrix/baseline.ts'
import { describeNothing, describeScope, describeShown, noteFor } from '../../lib/matrix/describe.ts'
import type { Matrix } from '../../lib/matrix/entries.ts'
import { buildGrid, showsList } from '../../lib/matrix/select.ts'
import type { MatrixState } from '../../lib/matrix/state.ts'
import { createCards } from './cards.ts'
import type { Presenter, Shown } from './presenter.ts'
import { createRows } from './rows.ts'
import { createWindow } from './window.ts'

export interface Pane {
  show: (matrix: Matrix, state: MatrixState) => void
  current: () => Shown | undefined
}

const NARROW = '(max-width: 40rem)'
const MOVES = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown']

/**
 * The part of the page that shows figures: as a virtual grid, as cards on a narrow screen, or as a list. `wake` loads the figures and shows
 * them; it is called when the visitor reaches what the build did not render.
 */
export function createPane(document: Document, { wake }: { wake: () => Promise<void> }): Pane {
  const scroller = document.getElementById('table')!
  const narrow = window.matchMedia(NARROW)
  const presenters = { grid: createWindow(scroller), cards: createCards(scroller), list: createRows(scroller) }
  let shown: Shown | undefined
  let presenter: Presenter | undefined

  const show = (matrix: Matrix, state: MatrixState) => {
    scroller.dataset.shown = ''
    const grid = buildGrid(matrix, state)
    const list = showsList(state, grid)
    shown = { document, matrix, state, grid, relation: relateTo(matrix, state, grid) }
    presenter = grid.size === 0 ? undefined : presenters[list ? 'list' : narrow.matches ? 'cards' : 'grid']
    if (presenter) presenter.show(shown)
    else scroller.replaceChildren(element(document, 'p', { class: 'empty' }, describeNothing(matrix, state)))
    describe(shown, list)
  }
  const again = () => shown && show(shown.matrix, shown.state)

  scroller.addEventListener('scroll', () => (presenter ? presenter.scrolled?.() : wake()), { passive: true })
  window.addEventListener('resize', () => presenter?.scrolled?.())
  narrow.addEventListener('change', () => again())
  scroller.addEventListener('keydown', (event) => {
    if (!MOVES.includes(event.key) || event.altKey || event.metaKey) return
    const target = event.target as Element
    if (presenter) {
      if (presenter.keyed?.(target, event)) event.preventDefault()
    } else if (!narrow.matches) {
      event.preventDefault()
      const { key, ctrlKey } = event
      wake().then(() => presenter?.keyed?.(document.activeElement ?? target, { key, ctrlKey }))
    }
  })
  scroller.addEventListener('click', (event) => {
    if (!(event.target as Element).closest('#grow')) return
    event.preventDefault()
    if (presenter) presenter.grow?.()
    else wake().then(() => presenter?.grow?.())
  })
  return { show, current: () => shown }
}

function describe({ document, state, grid }: Shown, list: boolean): void {
  const { extent, meaning } = describeShown(state, grid, list)
  write(document, 'extent', extent)
  write(document, 'meaning', meaning)
  write(document, 'metric-note', noteFor(state)).hidden = noteFor(state) === ''
  const scope = describeScope(state, grid)
  write(document, 'scope', scope).hidden = scope === '' || list
  const pinned = state.base !== ''
  for (const item of document.querySelectorAll<HTMLElement>('[data-legend]')) {
    item.hidden = (item.dataset.legend === 'pinned') !== pinned
  }
}

/** Leaves an unchanged text alone, which saves a layout. */
function write(document: Document, id: string, text: string): HTMLElement {
  const node = document.getElementById(id)!
  if (node.textContent !== text) node.textContent = text
  return node
}
