import { formatCount, formatParameters, formatSpread, formatValue, plural } from '../format.ts'
import { href } from '../href.ts'
import { KIND_WORDS } from '../words.ts'
import { describeFigure, rolledUpSizes } from './describe.ts'
import { element } from './dom.ts'
import type { Gpu, Matrix } from './entries.ts'
import type { Grid, GridCell, GridRow } from './select.ts'
import type { MatrixState } from './state.ts'

/** The matrix as a table: models down, GPUs across. */
export function renderGrid(document: Document, matrix: Matrix, state: MatrixState, grid: Grid): HTMLElement {
  const body = grid.rows.map((row) => renderRow(document, matrix, state, grid, row))
  return element(
    document,
    'table',
    { class: 'grid' },
    element(document, 'thead', {}, renderHead(document, grid)),
    element(document, 'tbody', {}, ...body),
  )
}

function renderHead(document: Document, grid: Grid): HTMLElement {
  const corner = element(document, 'th', { scope: 'col' }, 'Model')
  return element(document, 'tr', {}, corner, ...grid.gpus.map((gpu) => renderGpu(document, gpu)))
}

function renderGpu(document: Document, gpu: Gpu): HTMLElement {
  const memory = gpu.memoryGb === null ? null : element(document, 'small', {}, `${formatCount(gpu.memoryGb)} GB`)
  return element(
    document,
    'th',
    { scope: 'col' },
    element(document, 'a', { href: href(`gpus/${gpu.id}/`) }, gpu.name),
    memory,
  )
}

function renderRow(document: Document, matrix: Matrix, state: MatrixState, grid: Grid, row: GridRow): HTMLElement {
  const filled = row.cells.filter(Boolean).length
  const facts = `${row.model.paramsB === null ? '' : `${formatParameters(row.model.paramsB)} · `}${plural(filled, 'GPU')}`
  const head = element(
    document,
    'th',
    { scope: 'row' },
    element(document, 'a', { href: href(`models/${row.model.slug}/`) }, row.model.name),
    element(document, 'small', {}, facts),
  )
  const cells = row.cells.map((cell, i) =>
    cell ? renderCell(document, matrix, state, row, grid.gpus[i]!, cell) : renderEmpty(document),
  )
  return element(document, 'tr', {}, head, ...cells)
}

function renderEmpty(document: Document): HTMLElement {
  return element(document, 'td', { class: 'e', 'aria-label': 'no data' }, '·')
}

function renderCell(
  document: Document,
  matrix: Matrix,
  state: MatrixState,
  row: GridRow,
  gpu: Gpu,
  { best, figure, entries, fifth }: GridCell,
): HTMLElement {
  const title = describeFigure(matrix, best, state.metric)
  const value = element(document, 'a', { href: href(`cells/${best.id}/`), title }, formatValue(figure.p50))
  const spread = element(document, 'small', {}, formatSpread(figure))
  const count = best.gpuCount > 1 ? ` ×${best.gpuCount}` : ''
  const format = best.quantization === 'unknown' ? matrix.engines[best.engine]!.name : best.quantization
  const sizes = rolledUpSizes(best, state.metric)
  const what = `${KIND_WORDS[best.kind].glyph} n ${formatCount(figure.n)} · ${sizes || `${format}${count}`}`
  const more = entries.length > 1 ? renderMore(document, state, row, gpu, entries.length - 1) : null
  const attributes = { class: `f${fifth} ${best.kind}`, 'data-gpu': gpu.name }
  return element(document, 'td', attributes, value, more, spread, element(document, 'small', {}, what))
}

/** Leads to the same figures on the model's page; the script opens them in place. */
function renderMore(document: Document, state: MatrixState, row: GridRow, gpu: Gpu, others: number): HTMLElement {
  const target = href(`models/${row.model.slug}/#${state.type}--${gpu.id}`)
  const label = `${plural(others, 'more figure')} for ${row.model.name} on ${gpu.name}`
  return element(document, 'a', { class: 'more', href: target, 'aria-label': label }, `+${others}`)
}
