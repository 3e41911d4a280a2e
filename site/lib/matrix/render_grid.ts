import { element } from '../dom.ts'
import { formatCount, formatParameters, plural } from '../format.ts'
import { href } from '../href.ts'
import { KIND_LABELS } from '../labels.ts'
import { factorText, type Relation, toneOf } from './baseline.ts'
import { describeFigure, isWeak } from './describe.ts'
import type { Gpu, Matrix } from './entries.ts'
import { groupTitle } from './groups.ts'
import { MEASURE_INFO, valueText } from './measures.ts'
import { shortName } from './options.ts'
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
  const { document, grid } = view
  return element(
    document,
    'table',
    {
      class: 'grid',
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

function renderGpu(view: GridView, gpu: Gpu, column: number): HTMLElement {
  const { document, state } = view
  const pinned = state.base === gpu.id
  const memory = gpu.memoryGb === null ? '' : `${gpu.memoryShared ? '≤ ' : ''}${formatCount(gpu.memoryGb)} GB`
  const label = pinned ? `${gpu.name} is the baseline: release it` : `Compare with ${gpu.name}`
  const pin = {
    type: 'button',
    class: 'pin',
    'data-pin': gpu.id,
    'aria-pressed': String(pinned),
    'aria-label': label,
    title: label,
  }
  const begins = beginsGroup(view, column)
  const classes = [pinned && 'pinned', begins && 'begins'].filter(Boolean).join(' ')
  return element(
    document,
    'th',
    { scope: 'col', class: classes || undefined, 'aria-colindex': column + 2 },
    begins && element(document, 'span', { class: 'group' }, groupTitle(gpu.group)),
    element(document, 'a', { href: href(`gpus/${gpu.id}/`), title: gpu.name }, shortName(gpu)),
    element(document, 'small', {}, memory),
    element(document, 'button', pin, '⚑'),
  )
}

/** Whether a column is the first one of its group that is drawn. Only columns in the order of what people look for are grouped. */
function beginsGroup({ matrix, grid, state, extent }: GridView, column: number): boolean {
  if (state.order !== 'featured') return false
  const group = (at: number) => matrix.gpus[grid.gpus[at]!]!.group
  return column === extent.left || group(column) !== group(column - 1)
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

/** The whole cell is the link to the page of its figure: value, ×N, precision. All else is told on hover and focus. */
function renderCell(view: GridView, row: number, column: number, cell: GridCell): HTMLElement {
  const { document, matrix, state, live } = view
  const { best, others } = cell
  const link = {
    href: href(`cells/${best.id}/`),
    title: live ? undefined : describeFigure(matrix, best, state.metric),
    tabindex: live ? -1 : undefined,
    'data-gpu': live ? undefined : matrix.gpus[gpuAt(view, column)]!.name,
  }
  const attributes = {
    class: toneClass(view, cell),
    ...place(view, row, column),
  }
  if (view.brief) return element(document, 'td', attributes, element(document, 'a', link, ...valueParts(view, cell)))
  const value = element(
    document,
    'a',
    link,
    ...valueParts(view, cell),
    element(document, 'small', {}, secondLine(view, cell)),
  )
  return element(document, 'td', attributes, value, others > 0 && renderMore(view, row, column, others))
}

const gpuAt = (view: GridView, column: number): number => view.grid.gpus[column]!

function toneClass({ state, relation }: GridView, { best, figure }: GridCell): string {
  return `${toneOf(relation(best), state.base !== '')} ${best.kind}${isWeak(best, figure) ? ' weak' : ''}`
}

/** The value, the number of GPUs where there are several, and the unit for those who do not see the head of the table. */
function valueParts({ document, matrix, state: { metric } }: GridView, { best }: GridCell): (Node | string)[] {
  const text = element(document, 'b', {}, valueText(matrix, best, metric))
  const unit = metric === 'cost' ? '/1M tok' : ` ${MEASURE_INFO[metric].unit}`
  const count = best.gpuCount > 1 ? ` ×${best.gpuCount}` : ''
  return [text, element(document, 'span', { class: 'hidden-visually' }, unit), count]
}

/** The precision; beside a pinned baseline the ratio to it. */
function secondLine({ state, relation }: GridView, { best }: GridCell): string {
  const glyph = best.kind === 'community' ? `${KIND_LABELS.community.glyph} ` : ''
  const found = state.base === '' ? undefined : relation(best)
  if (found) return `${glyph}${factorText(found, true)}`
  return `${glyph}${best.quantization === 'unknown' ? 'not stated' : best.quantization}`
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
