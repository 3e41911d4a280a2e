import { type Extent, type GridView, renderBody, renderGrid } from '../../lib/matrix/render_grid.ts'
import { debounce } from '../debounce.ts'
import type { Presenter, Pressed, Shown } from './presenter.ts'

/** Sizes of rows and columns in rem, as matrix.css sets them. */
const ROW_REM = 2.75
const COLUMN_REM = 6.75
/** Rows and columns rendered beyond the visible area (overscan), so that a little scrolling needs no new ones. */
const OVERSCAN = { rows: 2, columns: 0 }

/** Height of the head of the table. */
const HEAD_PX = 80

/** Delay before the rest is rendered after a filter change, so that the visible values come in the frame of the key press. */
const REST_DELAY_MS = 60

interface Place {
  row: number
  column: number
}

/** The grid on a wide screen, virtualised: only visible rows and columns exist. The arrow keys reach all of them. */
export function createWindow(scroller: HTMLElement): Presenter {
  let shown: Shown | undefined
  let extent: Extent = { top: 0, bottom: 0, left: 0, right: 0 }
  let active: Place = { row: 0, column: 0 }
  /** Measured when no frame is urgent: measuring forces a layout. */
  let room = measureRoom(scroller)
  let drawnColumns = ''
  let drawnTable: HTMLElement | undefined

  const sizes = () => ({ row: ROW_REM * room.rem, column: COLUMN_REM * room.rem })

  /** The visible rows and columns of a pane `height` px high, with `beyond` times the overscan around them. */
  const visible = (beyond: number, height: number): Extent => {
    const { row, column } = sizes()
    const { models, gpus } = shown!.grid
    const first = (offset: number, size: number, more: number) => Math.max(0, Math.floor(offset / size) - beyond * more)
    const last = (offset: number, size: number, more: number) => Math.ceil(offset / size) + beyond * more
    return {
      top: first(room.scrollTop, row, OVERSCAN.rows),
      left: first(room.scrollLeft, column, OVERSCAN.columns),
      bottom: Math.min(last(room.scrollTop + height - HEAD_PX, row, OVERSCAN.rows), models.length),
      right: Math.min(last(room.scrollLeft + room.width, column, OVERSCAN.columns), gpus.length),
    }
  }

  /** Keeps the table head if the columns are unchanged, so that only the rows are laid out. */
  const draw = (view: GridView) => {
    const { state, grid } = view
    const { left, right } = view.extent
    const columns = [state.metric, state.base, state.order, left, right, ...grid.gpus].join()
    const table = scroller.firstElementChild
    if (columns === drawnColumns && table === drawnTable) {
      table!.querySelector('tbody')!.replaceWith(renderBody(view))
      table!.setAttribute('aria-rowcount', String(grid.models.length + 1))
      return
    }
    drawnColumns = columns
    drawnTable = renderGrid(view)
    scroller.replaceChildren(drawnTable)
  }

  const render = (next: Extent, brief = false) => {
    extent = next
    const focused = scroller.contains(document.activeElement) && document.activeElement !== scroller
    const pin = document.activeElement?.getAttribute('data-pin')
    draw({ ...shown!, extent, live: true, brief })
    for (const gap of scroller.querySelectorAll<HTMLElement>('tr.gap')) {
      gap.style.height = `${Number(gap.dataset.rows) * ROW_REM}rem`
    }
    markActive()
    if (pin) scroller.querySelector<HTMLElement>(`[data-pin="${CSS.escape(pin)}"]`)?.focus()
    else if (focused) stopOf(active)?.focus({ preventScroll: true })
  }

  const cellOf = ({ row, column }: Place) => scroller.querySelector<HTMLElement>(`[data-at="${row},${column}"]`)
  const stopOf = (place: Place) => {
    const cell = cellOf(place)
    return cell?.querySelector<HTMLElement>('a') ?? cell
  }
  /** One cell is a tab stop (roving tabindex); the arrow keys lead to the others. */
  const markActive = () => {
    for (const other of scroller.querySelectorAll('td [tabindex="0"], td[tabindex="0"]'))
      other.setAttribute('tabindex', '-1')
    const stop = stopOf(active) ?? scroller.querySelector('[data-at] a')
    stop?.setAttribute('tabindex', '0')
  }

  const moveTo = (place: Place) => {
    const { models, gpus } = shown!.grid
    active = { row: clamp(place.row, models.length), column: clamp(place.column, gpus.length) }
    reveal(active)
    const { top, bottom, left, right } = extent
    const inside = active.row >= top && active.row < bottom && active.column >= left && active.column < right
    if (!inside) render(visible(1, window.innerHeight))
    markActive()
    const stop = stopOf(active)
    stop?.focus({ preventScroll: true })
    stop?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }

  /** Scrolls a cell into view, clear of the sticky head and first column. */
  const reveal = ({ row, column }: Place) => {
    const size = sizes()
    const corner = scroller.querySelector<HTMLElement>('thead th')!
    scroller.scrollTop = within(
      scroller.scrollTop,
      row * size.row,
      size.row,
      scroller.clientHeight - corner.offsetHeight,
    )
    scroller.scrollLeft = within(
      scroller.scrollLeft,
      column * size.column,
      size.column,
      scroller.clientWidth - corner.offsetWidth,
    )
    room = measureRoom(scroller)
  }

  /** Renders the spread of the visible cells, and the overscan; unless another view has replaced the grid since. */
  const renderRest = debounce(() => {
    room = measureRoom(scroller)
    if (scroller.firstElementChild === drawnTable) render(visible(1, window.innerHeight))
  }, REST_DELAY_MS)

  return {
    show: (next) => {
      // On the first call nothing has changed: a visitor who has scrolled the rendered table keeps the position.
      const before = shown?.grid ?? next.grid
      const sameGrid = before.models.length === next.grid.models.length && before.gpus.length === next.grid.gpus.length
      shown = next
      active = placeOf(document.activeElement) ?? active
      active = { row: clamp(active.row, next.grid.models.length), column: clamp(active.column, next.grid.gpus.length) }
      if (scroller.firstElementChild !== drawnTable) room = measureRoom(scroller)
      if (!sameGrid && (room.scrollTop > 0 || room.scrollLeft > 0)) {
        scroller.scrollTo(0, 0)
        room = { ...room, scrollTop: 0, scrollLeft: 0 }
      }
      // The visible values come first, for a quick response; their spread and the overscan follow.
      render(visible(0, window.innerHeight - room.top), true)
      renderRest()
    },
    scrolled: () => {
      if (!shown) return
      room = measureRoom(scroller)
      const area = visible(0, scroller.clientHeight)
      const inside =
        area.top >= extent.top && area.bottom <= extent.bottom && area.left >= extent.left && area.right <= extent.right
      if (!inside) render(visible(1, window.innerHeight))
    },
    keyed: (target, event) => {
      const from = placeOf(target)
      if (!from && target === scroller) moveTo(active)
      if (!from) return target === scroller
      const more = target.nextElementSibling as HTMLElement | null
      if (event.key === 'ArrowRight' && more?.classList.contains('more')) more.focus()
      else moveTo(nextPlace(from, event, shown!.grid.gpus.length, shown!.grid.models.length))
      return true
    },
  }
}

/** Geometry of the pane in px: its top in the window, the width left for GPU columns, the scroll offsets, and the size of a rem. */
interface Room {
  top: number
  width: number
  scrollTop: number
  scrollLeft: number
  rem: number
}

function measureRoom(scroller: HTMLElement): Room {
  const models = scroller.querySelector<HTMLElement>('thead th')?.offsetWidth ?? 0
  return {
    top: Math.max(scroller.getBoundingClientRect().top, 0),
    width: scroller.clientWidth - models,
    scrollTop: scroller.scrollTop,
    scrollLeft: scroller.scrollLeft,
    rem: Number.parseFloat(getComputedStyle(scroller.ownerDocument.documentElement).fontSize),
  }
}

function placeOf(node: Element | null): Place | undefined {
  const at = node?.closest<HTMLElement>('[data-at]')?.dataset.at?.split(',').map(Number)
  return at && { row: at[0]!, column: at[1]! }
}

function nextPlace({ row, column }: Place, { key, ctrlKey }: Pressed, columns: number, rows: number): Place {
  const page = 8
  const moves: Record<string, Place> = {
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    Home: { row: ctrlKey ? 0 : row, column: 0 },
    End: { row: ctrlKey ? rows - 1 : row, column: columns - 1 },
    PageUp: { row: row - page, column },
    PageDown: { row: row + page, column },
  }
  return moves[key] ?? { row, column }
}

const clamp = (index: number, length: number): number => Math.max(0, Math.min(index, length - 1))

/** The scroll offset, changed by as little as brings `start` to `start + size` into view. */
function within(offset: number, start: number, size: number, view: number): number {
  if (start < offset) return start
  return start + size > offset + view ? start + size - view : offset
}
