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

/** How long the address and the counts may lag behind the table: they are not what the visitor waits for. */
const FOLLOW_MS = 100

/** The matrix page at work: its figures, what is shown of them, and the part of the page that shows it. */
interface App {
  document: Document
  pane: Pane
  load: () => Promise<Matrix>
  matrix?: Matrix
  state?: MatrixState
  /** Whether the address still has to be told of the state. */
  unrecorded: boolean
  /** Brings what follows the table up to date, once no further key is pressed. */
  follow: () => void
}
type Change = (state: MatrixState, defaults: MatrixState) => MatrixState

/** Makes the rendered matrix filterable. The figures are fetched on the first sign of interest, or at once where the address asks for a state. */
export function startMatrix(document: Document): void {
  const root = document.getElementById('matrix-app')!
  const pane = createPane(document, { wake: () => update(app, (state) => state) })
  const app: App = {
    document,
    pane,
    load: retryable(() => fetchMatrix(root.dataset.source!)),
    unrecorded: false,
    follow: debounce(() => follow(app), FOLLOW_MS),
  }
  const warm = () => app.load().catch(() => undefined)
  for (const sign of ['pointerover', 'focusin', 'touchstart']) {
    root.addEventListener(sign, warm, { once: true, passive: true })
  }
  const form = document.getElementById('filters') as HTMLFormElement
  startForm(document, {
    changed: (name, ask) =>
      update(app, (old) => {
        ask()
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

/** Applies a change to the state and shows the result; the address follows. */
async function update(app: App, change: Change, record = true): Promise<void> {
  try {
    // Once the figures are here nothing is awaited: the table changes in the frame of the key press.
    app.matrix ??= await app.load()
    const defaults = defaultState(app.matrix)
    app.state = change(app.state ?? askedState(app.matrix), defaults)
    app.unrecorded ||= record
    app.pane.show(app.matrix, app.state)
    writeForm(app.document, app.state)
    app.follow()
  } catch (error) {
    app.document.getElementById('extent')!.textContent =
      `The figures could not be loaded (${error instanceof Error ? error.message : error}). The table below is unfiltered; change a filter to try again.`
  }
}

/** The state that the address asks for. A baseline of which there is no figure is none. */
function askedState(matrix: Matrix): MatrixState {
  const state = parseState(location.search, defaultState(matrix))
  return matrix.gpus.some(({ id }) => id === state.base) ? state : { ...state, base: '' }
}

function follow(app: App): void {
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

/** All figures of a cell, in a dialog that is only loaded when it is asked for. */
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
