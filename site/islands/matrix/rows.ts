import type { Entry } from '../../lib/matrix/entries.ts'
import { renderList } from '../../lib/matrix/render_list.ts'
import { sortList } from '../../lib/matrix/select.ts'
import { growButton, type Presenter } from './presenter.ts'

const FIRST = 24
const STEP = 60

/** The list: a row per figure, the first ones at once, the others on scrolling or by a button. */
export function createRows(scroller: HTMLElement): Presenter {
  let entries: Entry[] = []
  let drawn = 0
  let makeRow: (entry: Entry) => HTMLElement
  let document: Document

  const append = (count: number) => {
    const next = entries.slice(drawn, drawn + count)
    scroller.querySelector('tbody')!.append(...next.map(makeRow))
    drawn += next.length
    scroller.querySelector('.grow')?.remove()
    scroller.append(growButton(document, entries.length - drawn, 'figures') ?? '')
  }
  return {
    show: (shown) => {
      entries = sortList(shown.matrix, shown.state, shown.grid.entries)
      document = shown.document
      const list = renderList({ ...shown, live: true }, entries)
      makeRow = list.row
      drawn = 0
      const sorting = document.activeElement?.getAttribute('data-sort')
      scroller.replaceChildren(list.table)
      append(FIRST)
      scroller.scrollTo(0, 0)
      if (sorting) scroller.querySelector<HTMLElement>(`[data-sort="${sorting}"]`)?.focus()
    },
    scrolled: () => {
      const near = scroller.scrollHeight - scroller.scrollTop < 2 * scroller.clientHeight
      const scrolls = scroller.scrollHeight > scroller.clientHeight + 1
      if (scrolls && near && drawn < entries.length) append(STEP)
    },
    grow: () => {
      const before = drawn
      append(STEP)
      scroller.querySelectorAll<HTMLElement>('tbody tr')[before]?.querySelector('a')?.focus()
    },
  }
}
