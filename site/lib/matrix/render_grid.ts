import { element } from '../dom.ts'
import { formatCount, formatParameters, formatSpread, plural } from '../format.ts'
import { href } from '../href.ts'
import { formatUsers, KIND_LABELS } from '../labels.ts'
import { factorText, type Relation, toneOf } from './baseline.ts'
import { describeFigure, isWeak, rolledUpSizes } from './describe.ts'
import type { Gpu, Matrix } from './entries.ts'
import { formatOf, MEASURE_INFO } from './measures.ts'
import { splitVendor } from './options.ts'
import type { Grid, GridCell } from './select.ts'
import type { MatrixState } from './state.ts'

/** The rendered part of the grid: first row and column (inclusive), last ones (exclusive). */
export interface Extent {
  top: number
  bottom: number
  left: number
  right: number
}

export interface GridView {
  document: Document
  matrix: Matrix
  state: MatrixState
  grid: Grid
  relation: (entry: GridCell['best']) => Relation | undefined
  extent: Extent
  /** Whether a script handles the grid: the cells are then one tab stop, and details are shown on hover. */
  live: boolean
  /** Whether only the values are drawn, for a quick response to a filter change. */
  brief?: boolean
}

/**
 * The matrix as a table: models down, GPUs across. Spacers of the same size stand for rows and columns outside the extent (`data-rows` is
 * the number of rows), so that the scroll bars are right although only a few hundred cells exist.
 */
export function renderGrid(view: GridView): HTMLElement {
  const { document, grid, state } = view
  return element(
    document,
    'table',
    {
      class: `grid ${state.density}`,
      role: view.live ? 'grid' : undefined,
      'aria-label': 'Models by GPU',
      'aria-rowcount': grid.models.length + 1,
      'aria-colcount': grid.gpus.length + 1,
    },
    renderColumns(view),
    element(document, 'thead', {}, renderHead(view)),
    renderBody(view),
  )
}

/** The rows of the extent, between spacers for the others. */
export function renderBody(view: GridView): HTMLElement {
  const { document, grid, extent } = view
  const rows: HTMLElement[] = []
  for (let row = extent.top; row < extent.bottom; row++) rows.push(renderRow(view, row))
  const below = spacer(view, grid.models.length - extent.bottom)
  return element(document, 'tbody', {}, spacer(view, extent.top), ...rows, below)
}

function renderColumns({ document, grid }: GridView): HTMLElement {
  return element(
    document,
    'colgroup',
    {},
    element(document, 'col', { class: 'models' }),
    element(document, 'col', { span: Math.max(grid.gpus.length, 1) }),
  )
}

function spacer({ document, grid, live }: GridView, rows: number): HTMLElement | null {
  // Only a script can set its height.
  if (rows <= 0 || !live) return null
  const cell = element(document, 'td', { colspan: grid.gpus.length + 1 })
  return element(document, 'tr', { class: 'gap', 'aria-hidden': 'true', 'data-rows': rows }, cell)
}

/** Cells of the columns of the extent, between spacers for the others. */
function withGaps(view: GridView, tag: 'td' | 'th', render: (column: number) => HTMLElement): HTMLElement[] {
  const { document, grid, extent } = view
  const gap = (columns: number) => {
    if (columns <= 0) return []
    const attributes = { colspan: columns, class: 'gap', 'aria-hidden': 'true' }
    return [element(document, tag === 'th' ? 'td' : tag, attributes)]
  }
  const cells: HTMLElement[] = []
  for (let column = extent.left; column < extent.right; column++) cells.push(render(column))
  return [...gap(extent.left), ...cells, ...gap(grid.gpus.length - extent.right)]
}

function renderHead(view: GridView): HTMLElement {
  const { document, matrix, grid, state } = view
  const { title, unit } = MEASURE_INFO[state.metric]
  const corner = element(document, 'th', { scope: 'col' }, 'Model', element(document, 'small', {}, `${title}, ${unit}`))
  const heads = withGaps(view, 'th', (column) => renderGpu(view, matrix.gpus[grid.gpus[column]!]!, column))
  return element(document, 'tr', { 'aria-rowindex': 1 }, corner, ...heads)
}

function renderGpu({ document, state }: GridView, gpu: Gpu, column: number): HTMLElement {
  const pinned = state.base === gpu.id
  const { vendor, short } = splitVendor(gpu)
  const memory = gpu.memoryGb === null ? '' : ` · ${gpu.memoryShared ? '≤ ' : ''}${formatCount(gpu.memoryGb)} GB`
  const label = pinned ? `${gpu.name} is the baseline: release it` : `Compare with ${gpu.name}`
  const pin = {
    type: 'button',
    class: 'pin',
    'data-pin': gpu.id,
    'aria-pressed': String(pinned),
    'aria-label': label,
    title: label,
  }
  return element(
    document,
    'th',
    { scope: 'col', class: pinned ? 'pinned' : undefined, 'aria-colindex': column + 2 },
    element(document, 'a', { href: href(`gpus/${gpu.id}/`), title: gpu.name }, short),
    element(document, 'small', {}, `${vendor}${memory}`),
    element(document, 'button', pin, '⚑'),
  )
}

function renderRow(view: GridView, row: number): HTMLElement {
  const { document, matrix, grid } = view
  const model = matrix.models[grid.models[row]!]!
  let filled = 0
  for (let column = 0; column < grid.gpus.length; column++) if (grid.cellAt(row, column)) filled++
  const facts = `${model.paramsB === null ? '' : `${formatParameters(model.paramsB)} · `}${plural(filled, 'GPU')}`
  const head = element(
    document,
    'th',
    { scope: 'row' },
    element(document, 'a', { href: href(`models/${model.slug}/`), title: model.name }, model.name),
    element(document, 'small', {}, facts),
  )
  const cells = withGaps(view, 'td', (column) => {
    const cell = grid.cellAt(row, column)
    return cell ? renderCell(view, row, column, cell) : renderEmpty(view, row, column)
  })
  return element(document, 'tr', { 'aria-rowindex': row + 2 }, head, ...cells)
}

const place = ({ live }: GridView, row: number, column: number) => ({
  'data-at': `${row},${column}`,
  'aria-colindex': live ? column + 2 : undefined,
})

function renderEmpty(view: GridView, row: number, column: number): HTMLElement {
  const tabindex = view.live ? -1 : undefined
  return element(
    view.document,
    'td',
    { class: 'e', 'aria-label': 'no data', tabindex, ...place(view, row, column) },
    '·',
  )
}

function renderCell(view: GridView, row: number, column: number, cell: GridCell): HTMLElement {
  const { document, matrix, state, live } = view
  const { best, figure, others } = cell
  const relation = view.relation(best)
  const link = {
    href: href(`cells/${best.id}/`),
    title: live ? undefined : describeFigure(matrix, best, state.metric),
    tabindex: live ? -1 : undefined,
  }
  const value = element(document, 'a', link, ...valueParts(view, figure.p50))
  if (view.brief)
    return element(document, 'td', { class: toneClass(view, cell, relation), ...place(view, row, column) }, value)
  const factor = relation ? factorText(relation, state.base !== '') : ''
  const attributes = {
    class: toneClass(view, cell, relation),
    'data-gpu': live ? undefined : gpuLabel(view, column, best.gpuCount),
    ...place(view, row, column),
  }
  // Few elements per cell: a hundred cells are laid out at each filter change.
  if (state.density === 'compact')
    return element(document, 'td', attributes, value, element(document, 'small', {}, factor))
  const more = others > 0 ? renderMore(view, row, column, others) : null
  const spread = factor === '' ? shortSpread(view, figure) : `${shortSpread(view, figure)} · ${factor}`
  const lines = [spread, whatRan(view, cell)].map((line) => element(document, 'small', {}, line))
  return element(document, 'td', attributes, value, more, ...lines)
}

function toneClass({ state }: GridView, { best, figure }: GridCell, relation: Relation | undefined): string {
  return `${toneOf(relation, state.base !== '')} ${best.kind}${isWeak(best, figure) ? ' weak' : ''}`
}

function valueParts({ document, state: { metric }, brief }: GridView, value: number): (Node | string)[] {
  const text = `${metric === 'cost' ? '$' : ''}${formatOf(metric)(value)}`
  if (brief) return [text]
  const unit = element(
    document,
    'span',
    { class: 'unit' },
    metric === 'cost' ? '/1M tok' : ` ${MEASURE_INFO[metric].unit}`,
  )
  return [text, unit]
}

/** The spread on one short line; `one value` for a single observation. */
function shortSpread({ state }: GridView, figure: GridCell['figure']): string {
  return figure.n === 1 ? 'one value' : formatSpread(figure, formatOf(state.metric))
}

function gpuLabel({ matrix, grid }: GridView, column: number, count: number): string {
  const { name } = matrix.gpus[grid.gpus[column]!]!
  return count > 1 ? `${name} ×${count}` : name
}

function whatRan({ matrix, state }: GridView, { best, figure }: GridCell): string {
  const count = best.gpuCount > 1 ? ` ×${best.gpuCount}` : ''
  const format = best.quantization === 'unknown' ? matrix.engines[best.engine]!.name : best.quantization
  const load = best.type === 'single_stream' ? '' : `${formatUsers(best.load)} · `
  const sizes = rolledUpSizes(best, state.metric) === '' ? '' : `${best.buckets.length} sizes · `
  return `${KIND_LABELS[best.kind].glyph} n ${formatCount(figure.n)} · ${load}${sizes}${format}${count}`
}

/** A link to the other figures of the cell on the model's page; the script opens them in a dialog instead. */
function renderMore(
  { document, matrix, state, grid, live }: GridView,
  row: number,
  column: number,
  others: number,
): HTMLElement {
  const model = matrix.models[grid.models[row]!]!
  const gpu = matrix.gpus[grid.gpus[column]!]!
  const target = href(`models/${model.slug}/#${state.type}--${gpu.id}`)
  const label = `${plural(others, 'more figure')} for ${model.name} on ${gpu.name}`
  const attributes = { class: 'more', href: target, 'aria-label': label, tabindex: live ? -1 : undefined }
  return element(document, 'a', attributes, `+${others}`)
}
