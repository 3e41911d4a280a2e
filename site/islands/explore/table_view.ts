import { element } from '../../lib/dom.ts'
import type { QueryResult, ResultColumn, Value } from '../../lib/explore/result.ts'
import { nextOrder, type SortOrder, sortResult } from '../../lib/explore/sort_result.ts'
import { formatCount } from '../../lib/format.ts'

/** Rows per page of the table; downloads have all. */
export const PAGE_ROWS = 200

export interface TableView {
  /** Shows the first rows of a result. */
  show(result: QueryResult): void
  /** Sets the sort order of later results; null for the order of the query. */
  sort(order: SortOrder | null): void
  /** The sort order. */
  order(): SortOrder | null
}

interface Parts {
  /** The scrolling region of the table. */
  region: HTMLElement
  pager: HTMLElement
  text: HTMLElement
  previous: HTMLButtonElement
  next: HTMLButtonElement
  /** The unit of a column of the published tables, by its name. */
  unitOf: (name: string) => string
  /** Called when the visitor has chosen another order. */
  onSort: () => void
}

/** The result as a table, page by page. Column heads sort the whole result. */
export function createTableView({ region, pager, text, previous, next, unitOf, onSort }: Parts): TableView {
  let result: QueryResult | undefined
  /** The result in that order. */
  let sorted: QueryResult | undefined
  let order: SortOrder | null = null
  let start = 0
  const draw = () => {
    if (!result || !sorted) return
    const end = Math.min(start + PAGE_ROWS, result.rowCount)
    const head = renderHead(region.ownerDocument, result, order, unitOf)
    region.replaceChildren(renderTable(region.ownerDocument, result.columns, head, sorted.rows(start, end)))
    region.scrollTop = 0
    pager.hidden = result.rowCount <= PAGE_ROWS
    text.textContent = `Rows ${formatCount(start + 1)}–${formatCount(end)} of ${formatCount(result.rowCount)}`
    previous.disabled = start === 0
    next.disabled = end === result.rowCount
  }
  const turn = (step: number) => () => {
    start += step * PAGE_ROWS
    draw()
  }
  previous.addEventListener('click', turn(-1))
  next.addEventListener('click', turn(1))
  const arrange = () => {
    sorted = result && order ? sortResult(result, order) : result
    start = 0
    draw()
  }
  region.addEventListener('click', (event) => {
    const name = (event.target as HTMLElement).closest<HTMLElement>('[data-sort]')?.dataset.sort
    if (name === undefined) return
    order = nextOrder(order, name)
    arrange()
    // The head that had the focus has been replaced.
    const heads = [...region.querySelectorAll<HTMLElement>('[data-sort]')]
    heads.find((head) => head.dataset.sort === name)?.focus({ preventScroll: true })
    onSort()
  })
  return {
    show(shown) {
      result = shown
      if (!shown.columns.some(({ name }) => name === order?.name)) order = null
      arrange()
      region.scrollLeft = 0
    },
    sort(wanted) {
      order = wanted
    },
    order: () => order,
  }
}

/** The column heads, as buttons if there is more than one row to sort. */
function renderHead(
  document: Document,
  { columns, rowCount }: QueryResult,
  order: SortOrder | null,
  unitOf: (name: string) => string,
): HTMLElement {
  const heads = columns.map(({ name, kind }) => {
    const sorted = order?.name === name ? (order.descending ? 'descending' : 'ascending') : undefined
    const attributes = { scope: 'col', class: kind === 'number' ? 'num' : undefined, 'aria-sort': sorted }
    const button = rowCount > 1 && element(document, 'button', { type: 'button', 'data-sort': name }, name)
    const unit = unitOf(name)
    return element(document, 'th', attributes, button || name, unit && element(document, 'small', {}, unit))
  })
  return element(document, 'thead', {}, element(document, 'tr', {}, ...heads))
}

/** Rows as a table. Values become text, never markup. */
function renderTable(
  document: Document,
  columns: readonly ResultColumn[],
  head: HTMLElement,
  rows: readonly Value[][],
): HTMLElement {
  const align = (i: number) => ({ class: columns[i]!.kind === 'number' ? 'num' : undefined })
  const cell = (value: Value, i: number) => {
    const attributes = value === null ? { class: 'none', title: 'NULL' } : align(i)
    return element(document, 'td', attributes, showValue(value))
  }
  const body = rows.map((row) => element(document, 'tr', {}, ...row.map(cell)))
  return element(document, 'table', { class: 'rows' }, head, element(document, 'tbody', {}, ...body))
}

/** Fractions at six significant digits; downloads have all digits. */
function showValue(value: Value): string {
  if (value === null) return '–'
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(6)))
  return String(value)
}
