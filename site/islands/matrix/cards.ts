import { renderGrid } from '../../lib/matrix/render_grid.ts'
import { growButton, type Presenter, type Shown } from './presenter.ts'

const FIRST = 8
const STEP = 16

/** The grid on a narrow screen: a card per model that lists its GPUs. A button shows more cards. */
export function createCards(scroller: HTMLElement): Presenter {
  let shown: Shown | undefined
  let rows = FIRST

  const render = () => {
    const { document, grid } = shown!
    const bottom = Math.min(rows, grid.models.length)
    const extent = { top: 0, bottom, left: 0, right: grid.gpus.length }
    // Cards have no arrow-key navigation, so every figure stays a tab stop.
    const table = renderGrid({ ...shown!, extent, live: false })
    scroller.replaceChildren(table, growButton(document, grid.models.length - bottom, 'models') ?? '')
  }
  return {
    show: (next) => {
      shown = next
      rows = FIRST
      render()
    },
    grow: () => {
      const before = rows
      rows += STEP
      render()
      scroller.querySelectorAll<HTMLElement>('tbody th a')[before]?.focus()
    },
  }
}
