import { toCsv } from '../lib/csv.ts'
import { type CompactMatrix, decodeMatrix } from '../lib/matrix/codec.ts'
import type { Matrix } from '../lib/matrix/entries.ts'
import { exportRows } from '../lib/matrix/export.ts'
import { countValues } from '../lib/matrix/filters.ts'
import { MEMORY_SIZES } from '../lib/matrix/options.ts'
import { buildGrid, sortList } from '../lib/matrix/select.ts'
import { defaultState, formatState, type MatrixState, parseState, type SortKey } from '../lib/matrix/state.ts'
import { retryable } from '../lib/retryable.ts'
import { debounce } from './debounce.ts'
import { startDetails } from './matrix/details.ts'
import { facetsOpen, readForm, showCounts, startForm, writeForm } from './matrix/form.ts'
import { createPane, type Pane } from './matrix/pane.ts'
import { saveFile } from './save_file.ts'

/** How long the address and the counts may lag behind the table, which is updated first. */
const LAG_MS = 100

/** The state of the matrix page: the figures, the filters, and the pane that shows the result. */
interface App {
  document: Document
  pane: Pane
  load: () => Promise<Matrix>
  matrix?: Matrix
  state?: MatrixState
  /** Whether the address lags behind the state. */
  unrecorded: boolean
  /** Updates the address and the counts after the last key press. */
  updateRest: () => void
}
type Change = (state: MatrixState, defaults: MatrixState) => MatrixState

/** Makes the rendered matrix filterable. The figures are fetched on the first interaction, or at once if the address has a state. */
export function startMatrix(document: Document): void {
  const root = document.getElementById('matrix-app')!
  const pane = createPane(document, { wake: () => update(app, (state) => state) })
  const app: App = {
    document,
    pane,
    load: retryable(() => fetchMatrix(root.dataset.source!)),
    unrecorded: false,
    updateRest: debounce(() => updateRest(app), LAG_MS),
  }
  const preload = () => app.load().catch(() => undefined)
  for (const type of ['pointerover', 'focusin', 'touchstart']) {
    root.addEventListener(type, preload, { once: true, passive: true })
  }
  const form = document.getElementById('filters') as HTMLFormElement
  startForm(document, {
    changed: (name, restore) =>
      update(app, (old) => {
        restore()
        return readForm(form, old, name)
      }),
    reset: () =>
      update(app, (old, defaults) => ({ ...defaults, view: old.view, density: old.density, scale: old.scale })),
    opened: () => refreshCounts(app),
  })
  document.getElementById('table')!.addEventListener('click', (event) => onTableClick(app, event))
  document
    .getElementById('csv')!
    .addEventListener('click', () => update(app, (state) => state).then(() => download(app)))
  startDetails(document, () => (app.state ? pane.current() : undefined))
  window.addEventListener('popstate', () => update(app, () => askedState(app.matrix!), false))
  if (location.search !== '') update(app, (asked) => asked, false)
}

async function fetchMatrix(address: string): Promise<Matrix> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim())
  return decodeMatrix((await response.json()) as CompactMatrix)
}

/** Applies a change to the state and shows the result. The address and the counts follow a little later. */
async function update(app: App, change: Change, record = true): Promise<void> {
  try {
    // Nothing is awaited once the figures are loaded, so that the table changes in the frame of the key press.
    app.matrix ??= await app.load()
    const defaults = defaultState(app.matrix)
    app.state = change(app.state ?? askedState(app.matrix), defaults)
    app.unrecorded ||= record
    app.pane.show(app.matrix, app.state)
    writeForm(app.document, app.state)
    app.updateRest()
  } catch (error) {
    app.document.getElementById('extent')!.textContent =
      `The figures could not be loaded (${error instanceof Error ? error.message : error}). The table below is unfiltered; change a filter to try again.`
  }
}

/** The state of the address. A baseline GPU without any figure is ignored. */
function askedState(matrix: Matrix): MatrixState {
  const state = parseState(location.search, defaultState(matrix))
  return matrix.gpus.some(({ id }) => id === state.base) ? state : { ...state, base: '' }
}

function updateRest(app: App): void {
  if (app.unrecorded)
    history.replaceState(null, '', location.pathname + formatState(app.state!, defaultState(app.matrix!)))
  app.unrecorded = false
  refreshCounts(app)
}

function refreshCounts(app: App): void {
  if (!app.matrix || !app.state) return
  showCounts(app.document, countValues(app.matrix, app.state, MEMORY_SIZES), facetsOpen(app.document))
}

function onTableClick(app: App, event: MouseEvent): void {
  const target = event.target as Element
  const key = target.closest<HTMLElement>('[data-sort]')?.dataset.sort as SortKey | undefined
  if (key) update(app, (old) => ({ ...old, sort: key, descending: old.sort === key && !old.descending }))
  const pin = target.closest<HTMLElement>('[data-pin]')?.dataset.pin
  if (pin) update(app, (old) => ({ ...old, base: old.base === pin ? '' : pin }))
  const more = target.closest<HTMLAnchorElement>('a.more')
  if (!more || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  openOthers(app, more).catch(() => location.assign(more.href))
}

/** Lists all figures of a cell in a dialog, whose script is loaded on demand. */
async function openOthers(app: App, link: HTMLAnchorElement): Promise<void> {
  const matrix = await app.load()
  const { openMore } = await import('./matrix/more.ts')
  openMore(app.document, matrix, app.state ?? askedState(matrix), link)
}

/** Every figure that passes the filters, as a CSV file. */
function download({ document, matrix, state }: App): void {
  if (!matrix || !state) return
  const { head, rows } = exportRows(matrix, state, sortList(matrix, state, buildGrid(matrix, state).entries))
  saveFile(document, `${state.metric}-${state.type}.csv`, 'text/csv', toCsv(head, rows))
}
