import { type Content, element } from '../dom.ts'
import { plural } from '../format.ts'

export interface Head {
  text: string
  /** The page that the head links to. */
  href?: string
  small?: string
  isNumber?: boolean
  /** Class of the cells of the column. */
  class?: string
}

export interface Row {
  /** What each column holds; the first one is the header of the row. */
  cells: Content[][]
  class?: string | undefined
  /** The `data-…` attributes of the row. */
  data?: Record<string, string | number>
}

export interface TableSpec {
  /** Accessible name. */
  label: string
  class: string
  heads: Head[]
  rows: Row[]
}

/** A table in a scrollable region. On a phone its rows are cards, for which every cell has the name of its column. */
export function renderTable(document: Document, { label, class: name, heads, rows }: TableSpec): HTMLElement {
  const head = ({ text, href, small, isNumber }: Head) =>
    element(
      document,
      'th',
      { scope: 'col', role: 'columnheader', class: isNumber ? 'num' : undefined },
      href ? element(document, 'a', { href }, text) : text,
      small && element(document, 'small', {}, small),
    )
  return element(
    document,
    'div',
    { class: `scroll${rows.length > 60 ? ' long' : ''}`, role: 'region', 'aria-label': label, tabindex: 0 },
    element(
      document,
      'table',
      { class: `rows ${name}`, role: 'table' },
      element(document, 'thead', { role: 'rowgroup' }, element(document, 'tr', { role: 'row' }, ...heads.map(head))),
      element(document, 'tbody', { role: 'rowgroup' }, ...rows.map((row) => renderRow(document, row, heads))),
    ),
  )
}

function renderRow(document: Document, row: Row, heads: Head[]): HTMLElement {
  const data = Object.entries(row.data ?? {}).map(([name, value]) => [`data-${name}`, value])
  const cells = row.cells.map((content, i) => {
    const head = heads[i]!
    if (i === 0) return element(document, 'th', { scope: 'row', role: 'rowheader' }, ...content)
    const name = [head.isNumber && 'num', head.class].filter(Boolean).join(' ') || undefined
    return element(document, 'td', { role: 'cell', class: name, 'data-label': head.text }, ...content)
  })
  return element(document, 'tr', { role: 'row', class: row.class, ...Object.fromEntries(data) }, ...cells)
}

/** The first rows of a table, and the others folded below it; all of them if none is to be open. */
export function foldTable(document: Document, spec: TableSpec, open: number, one: string): HTMLElement[] {
  const { rows, label } = spec
  if (open > 0 && rows.length <= open + 1) return [renderTable(document, spec)]
  const rest = { ...spec, rows: rows.slice(open), label: open > 0 ? `${label}, the others` : label }
  const count = plural(rest.rows.length, open > 0 ? `more ${one}` : one)
  const summary = element(document, 'summary', {}, open > 0 ? count : `All ${count}`)
  return [
    ...(open > 0 ? [renderTable(document, { ...spec, rows: rows.slice(0, open) })] : []),
    element(document, 'details', { class: 'fold' }, summary, renderTable(document, rest)),
  ]
}
