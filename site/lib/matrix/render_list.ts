import { formatN } from '../counts.ts'
import { element } from '../dom.ts'
import { formatSpread } from '../format.ts'
import { href } from '../href.ts'
import { formatLoad, formatMonths, formatPrecision, TERMS } from '../labels.ts'
import { rangeAxis, rangeBar, type Scale } from '../range_bar.ts'
import { factorText, type Relation, toneOf } from './baseline.ts'
import { engineOf, isWeak, kindLabel, rolledUpSizes, valueWithUnit } from './describe.ts'
import type { Entry, Matrix } from './entries.ts'
import { figureOf, formatOf, MEASURE_INFO } from './measures.ts'
import { makeScale } from './scale.ts'
import type { MatrixState, SortKey } from './state.ts'

export interface ListView {
  document: Document
  matrix: Matrix
  state: MatrixState
  relation: (entry: Entry) => Relation | undefined
  /** Whether column heads sort and GPUs can be pinned. */
  live: boolean
}
interface Context extends ListView {
  scale: Scale
  columns: Column[]
}
interface Column {
  key: SortKey | null
  title: string
  class?: string
  content: (context: Context, entry: Entry) => (Node | string | null)[]
}

const link = (document: Document, path: string, text: string) => element(document, 'a', { href: href(path) }, text)
const figure = ({ matrix, state }: Context, entry: Entry) => figureOf(matrix, entry, state.metric)!

const COLUMNS: Column[] = [
  {
    key: 'model',
    title: 'Model',
    content: ({ document, matrix }, e) => {
      const { slug, name } = matrix.models[e.model]!
      return [link(document, `models/${slug}/`, name)]
    },
  },
  {
    key: 'gpu',
    title: 'GPU',
    content: ({ document, matrix }, e) => {
      const { id, name } = matrix.gpus[e.gpu]!
      return [link(document, `gpus/${id}/`, name), e.gpuCount > 1 ? ` ×${e.gpuCount}` : null]
    },
  },
  { key: 'engine', title: 'Engine', content: renderEngine },
  {
    key: 'quantization',
    title: TERMS.precision,
    content: (_c, e) => [formatPrecision(e.quantization)],
  },
  { key: 'median', title: 'Median', class: 'num', content: renderValue },
  { key: null, title: 'Spread', class: 'bar', content: renderBar },
  { key: null, title: 'Relative', class: 'num', content: renderFactor },
  { key: 'n', title: 'n', class: 'num', content: (c, e) => [formatN(e.kind, figure(c, e).n)] },
  { key: 'source', title: 'Source', class: 'origin', content: renderSource },
]

function renderEngine({ document, matrix }: Context, e: Entry): (Node | string)[] {
  const load = e.type === 'single_stream' ? [] : [element(document, 'small', {}, formatLoad(e.type, e.load))]
  return [engineOf(matrix, e), ...load]
}

function renderValue({ document, matrix, state }: Context, entry: Entry): (Node | string)[] {
  return [link(document, `cells/${entry.id}/`, valueWithUnit(matrix, entry, state.metric))]
}

function renderBar(context: Context, entry: Entry): (Node | string)[] {
  const { document, scale, state } = context
  const shown = figure(context, entry)
  const range = { low: shown.p25, mid: shown.p50, high: shown.p75 }
  return [
    rangeBar(document, scale, range, entry.kind),
    element(document, 'small', {}, formatSpread(shown, entry.kind, formatOf(state.metric))),
  ]
}

function renderFactor({ document, state, relation }: Context, entry: Entry): (Node | string)[] {
  const found = relation(entry)
  if (!found) return ['–']
  return [
    element(
      document,
      'span',
      { class: `tone ${toneOf(found, state.base !== '')}` },
      factorText(found, state.base !== ''),
    ),
  ]
}

function renderSource({ document, state }: Context, entry: Entry): Node[] {
  const text = entry.kind === 'curated' ? `${kindLabel(entry)}: ${entry.source}` : kindLabel(entry)
  const sizes = rolledUpSizes(entry, state.metric)
  const when = formatMonths(entry.firstMonth, entry.lastMonth)
  return [
    element(document, 'span', { class: `kind ${entry.kind}` }, text),
    element(document, 'small', {}, sizes ? `${sizes} · ${when}` : when),
  ]
}

/** The list with its heads and no rows, and a function that renders a row. Column heads are buttons (`data-sort`) if a script sorts the list. */
export function renderList(
  view: ListView,
  entries: Entry[],
): { table: HTMLElement; row: (entry: Entry) => HTMLElement } {
  const { document, matrix, state } = view
  const ends = entries.map((entry) => figureOf(matrix, entry, state.metric)!)
  const values = ends.flatMap(({ p25, p75 }) => [p25, p75])
  const context = { ...view, scale: makeScale(values, state.scale), columns: columnsFor(entries) }
  const head = element(document, 'tr', {}, ...context.columns.map((column) => renderColumnHead(context, column)))
  const table = element(
    document,
    'table',
    { class: 'figure-list', 'aria-label': 'Figures', 'aria-rowcount': entries.length + 1 },
    element(document, 'thead', {}, head),
    element(document, 'tbody'),
  )
  return { table, row: (entry) => renderRow(context, entry) }
}

/** Without the column of the model if all figures are of one model. */
function columnsFor(entries: Entry[]): Column[] {
  const first = entries[0]?.model
  return entries.some(({ model }) => model !== first) ? COLUMNS : COLUMNS.slice(1)
}

function renderRow(context: Context, entry: Entry): HTMLElement {
  const { document } = context
  const weak = isWeak(entry, figure(context, entry))
  const cells = context.columns.map((column, i) => {
    const attributes = { scope: i === 0 ? 'row' : undefined, class: column.class, 'data-label': column.title }
    return element(document, i === 0 ? 'th' : 'td', attributes, ...column.content(context, entry))
  })
  return element(document, 'tr', { class: `${entry.kind}${weak ? ' weak' : ''}` }, ...cells)
}

function renderColumnHead(context: Context, column: Column): HTMLElement {
  const { document, state, live } = context
  const attributes = { scope: 'col', class: column.class }
  if (column.class === 'bar') {
    const title = `p25–p75, ${MEASURE_INFO[state.metric].unit}${state.scale === 'log' ? ', log scale' : ''}`
    return element(document, 'th', attributes, title, rangeAxis(document, context.scale, formatTick))
  }
  if (column.key === null || !live) return element(document, 'th', attributes, column.title)
  const sorted = state.sort === column.key ? (ascends(state) ? 'ascending' : 'descending') : undefined
  const button = element(document, 'button', { type: 'button', 'data-sort': column.key }, column.title)
  return element(document, 'th', { ...attributes, 'aria-sort': sorted }, button)
}

/** Whether the values of the sorted column ascend. By the median, the best one comes first. */
function ascends({ sort, descending, metric }: MatrixState): boolean {
  return sort === 'median' && MEASURE_INFO[metric].higherIsBetter ? descending : !descending
}

const formatTick = (value: number): string =>
  value >= 1000 ? `${value / 1000}k` : String(Number(value.toPrecision(3)))
