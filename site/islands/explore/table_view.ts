import type { QueryResult, ResultColumn, Value } from '../../lib/explore/result.ts'
import { formatCount } from '../../lib/format.ts'
import { element } from '../../lib/matrix/dom.ts'

/** Rows in the page at once; the rest is a page further, and in the downloads. */
export const PAGE_ROWS = 200

export interface TableView {
  /** Shows the first rows of a result. */
  show(result: QueryResult): void
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
}

/** The result as a table, a page of rows at a time. */
export function createTableView({ region, pager, text, previous, next, unitOf }: Parts): TableView {
  let result: QueryResult | undefined
  let start = 0
  const draw = () => {
    if (!result) return
    const end = Math.min(start + PAGE_ROWS, result.rowCount)
    region.replaceChildren(renderTable(region.ownerDocument, result.columns, result.rows(start, end), unitOf))
    region.scrollTo(0, 0)
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
  return {
    show(shown) {
      result = shown
      start = 0
      draw()
    },
  }
}

/** Rows as a table. Values become text, never markup. */
function renderTable(
  document: Document,
  columns: readonly ResultColumn[],
  rows: readonly Value[][],
  unitOf: (name: string) => string,
): HTMLElement {
  const align = (i: number) => ({ class: columns[i]!.kind === 'number' ? 'num' : undefined })
  const head = columns.map(({ name }, i) => {
    const unit = unitOf(name)
    return element(document, 'th', { scope: 'col', ...align(i) }, name, unit && element(document, 'small', {}, unit))
  })
  const cell = (value: Value, i: number) => {
    const attributes = value === null ? { class: 'none', title: 'NULL' } : align(i)
    return element(document, 'td', attributes, showValue(value))
  }
  const body = rows.map((row) => element(document, 'tr', {}, ...row.map(cell)))
  return element(
    document,
    'table',
    { class: 'rows' },
    element(document, 'thead', {}, element(document, 'tr', {}, ...head)),
    element(document, 'tbody', {}, ...body),
  )
}

/** Fractions at six significant digits; the downloads have all of them. */
function showValue(value: Value): string {
  if (value === null) return '–'
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(6)))
  return String(value)
}
