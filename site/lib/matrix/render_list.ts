import { METRIC_INFO } from '../../../contracts/metrics.ts'
import { formatCount, formatSpread, formatValue } from '../format.ts'
import { href } from '../href.ts'
import { monthSpan } from '../words.ts'
import { kindLabel, rolledUpSizes } from './describe.ts'
import { element } from './dom.ts'
import type { Entry, Matrix } from './entries.ts'
import type { MatrixState, SortKey } from './state.ts'

interface ListColumn {
  key: SortKey | null
  title: string
  numeric?: boolean
  content: (document: Document, matrix: Matrix, entry: Entry, state: MatrixState) => Node | string
}

const link = (document: Document, path: string, text: string) => element(document, 'a', { href: href(path) }, text)

const COLUMNS: ListColumn[] = [
  {
    key: 'model',
    title: 'Model',
    content: (d, m, e) => link(d, `models/${m.models[e.model]!.slug}/`, m.models[e.model]!.name),
  },
  { key: 'gpu', title: 'GPU', content: (d, m, e) => link(d, `gpus/${m.gpus[e.gpu]!.id}/`, m.gpus[e.gpu]!.name) },
  { key: 'gpus', title: 'GPUs', numeric: true, content: (_d, _m, e) => String(e.gpuCount) },
  { key: 'engine', title: 'Engine', content: (_d, m, e) => m.engines[e.engine]!.name },
  { key: 'quantization', title: 'Quantisation', content: (_d, _m, e) => e.quantization },
  {
    key: 'median',
    title: 'Median',
    numeric: true,
    content: (d, _m, e, s) => link(d, `cells/${e.id}/`, formatValue(e.figures[s.metric]!.p50)),
  },
  {
    key: null,
    title: 'p25–p75',
    numeric: true,
    content: (_d, _m, e, s) => formatSpread(e.figures[s.metric]!),
  },
  { key: 'n', title: 'n', numeric: true, content: (_d, _m, e, s) => formatCount(e.figures[s.metric]!.n) },
  {
    key: 'source',
    title: 'Source',
    content: (d, _m, e, s) => sourceCell(d, e, rolledUpSizes(e, s.metric)),
  },
  { key: 'month', title: 'Month', content: (_d, _m, e) => monthSpan(e.firstMonth, e.lastMonth) },
]

function sourceCell(document: Document, entry: Entry, sizes: string): Node {
  const text = entry.kind === 'curated' ? `${kindLabel(entry)}: ${entry.source}` : kindLabel(entry)
  return element(document, 'span', { class: `kind ${entry.kind}` }, sizes ? `${text} · ${sizes}` : text)
}

/** Figures as a table with a row each; column heads are buttons (`data-sort`) where the table can be sorted by them. */
export function renderList(document: Document, matrix: Matrix, state: MatrixState, entries: Entry[]): HTMLElement {
  const head = COLUMNS.map((column) => renderColumnHead(document, column, state))
  const body = entries.map((entry) => {
    const cells = COLUMNS.map((column, i) =>
      element(
        document,
        i === 0 ? 'th' : 'td',
        { scope: i === 0 ? 'row' : undefined, class: column.numeric ? 'num' : undefined, 'data-label': column.title },
        column.content(document, matrix, entry, state),
      ),
    )
    return element(document, 'tr', {}, ...cells)
  })
  return element(
    document,
    'table',
    { class: 'list' },
    element(document, 'thead', {}, element(document, 'tr', {}, ...head)),
    element(document, 'tbody', {}, ...body),
  )
}

function renderColumnHead(document: Document, column: ListColumn, state: MatrixState): HTMLElement {
  const unit = column.key === 'median' || column.title === 'p25–p75' ? ` (${METRIC_INFO[state.metric].unit})` : ''
  const attributes = { scope: 'col', class: column.numeric ? 'num' : undefined }
  if (column.key === null) return element(document, 'th', attributes, column.title + unit)
  const sorted = state.sort === column.key ? (state.descending ? 'descending' : 'ascending') : undefined
  const button = element(document, 'button', { type: 'button', 'data-sort': column.key }, column.title + unit)
  return element(document, 'th', { ...attributes, 'aria-sort': sorted }, button)
}
