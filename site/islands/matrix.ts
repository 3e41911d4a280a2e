import { toCsv } from '../lib/csv.ts'
import { encodeQuery } from '../lib/explore/permalink.ts'
import type { Matrix } from '../lib/matrix/entries.ts'
import { exportRows } from '../lib/matrix/export.ts'
import { countValues } from '../lib/matrix/filters.ts'
import { MEMORY_SIZES } from '../lib/matrix/options.ts'
import { buildGrid, sortList } from '../lib/matrix/select.ts'
import { matrixSql } from '../lib/matrix/sql.ts'
import {
  defaultState,
  formatState,
  type MatrixState,
  parseState,
  type SortKey,
  STATE_KEYS,
} from '../lib/matrix/state.ts'
import type { Question } from '../lib/question/types.ts'
import { copyText } from './copy_text.ts'
import { debounce } from './debounce.ts'
import { startDetails } from './matrix/details.ts'
import { facetsOpen, readForm, showCounts, startForm, writeForm } from './matrix/form.ts'
import { createPane, type Pane } from './matrix/pane.ts'
import { loadFacts } from './question/load_facts.ts'
import { startQuestion } from './question/page.ts'
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
  ask: (change: Partial<Question>) => Promise<void>
  /** Whether the address lags behind the state: a typed letter takes the place of the one before it, all else is a step of the history. */
  unrecorded: '' | 'step' | 'letter'
  isTyping: boolean
  /** Updates the address and the counts after the last key press. */
  updateRest: () => void
}
type Change = (state: MatrixState, defaults: MatrixState) => MatrixState

/** Makes the rendered matrix filterable. The figures are fetched on the first interaction, or at once if the address has a state. */
export function startMatrix(document: Document): void {
  const root = document.getElementById('matrix-app')!
  const load = loadFacts(document)
  const pane = createPane(document, { wake: () => update(app, (state) => state) })
  const app: App = {
    document,
    pane,
    load: async () => (await load()).matrix,
    ask: startQuestion(document, load),
    unrecorded: '',
    isTyping: false,
    updateRest: debounce(() => updateRest(app), LAG_MS),
  }
  const preload = () => app.load().catch(() => undefined)
  for (const type of ['pointerover', 'focusin', 'touchstart']) {
    root.addEventListener(type, preload, { once: true, passive: true })
  }
  const form = document.getElementById('filters') as HTMLFormElement
  startForm(document, {
    changed: (name, restore) =>
      update(
        app,
        (old) => {
          restore()
          return readForm(form, old, name)
        },
        name === 'search' ? 'letter' : 'step',
      ),
    reset: () => update(app, (old, defaults) => ({ ...defaults, view: old.view, scope: old.scope, scale: old.scale })),
    opened: () => refreshCounts(app),
  })
  const table = document.getElementById('table')!
  table.addEventListener('click', (event) => onTableClick(app, event))
  table.addEventListener('keydown', ({ key, target }) => {
    if (key === 'Enter' && (target as Element).matches('td.e')) askAbout(app, target as HTMLElement)
  })
  startDetails(document, () => (app.state ? pane.current() : undefined))
  startTools(app)
  window.addEventListener('popstate', () => update(app, () => askedState(app.matrix!), ''))
  const asked = new URLSearchParams(location.search)
  if (STATE_KEYS.some((key) => asked.has(key))) update(app, (state) => state, '')
}

/** The buttons beside the matrix. */
function startTools(app: App): void {
  const { document } = app
  const on = (id: string, act: (button: HTMLButtonElement, state: MatrixState) => void) => {
    const button = document.getElementById(id) as HTMLButtonElement
    button.addEventListener('click', () =>
      update(app, (state) => state, '').then(() => app.state && act(button, app.state)),
    )
  }
  const { origin, href } = location
  const root = new URL(import.meta.env.BASE_URL, origin).href.replace(/\/?$/, '/')
  on('csv', () => download(app))
  on('sql', (_button, state) => location.assign(`${root}explore/#${encodeQuery(matrixSql(state))}`))
  on('copy-link', (button) => copyText(document, button, location.href))
  on('copy-picture', (button) => copyText(document, button, `[![Speed by model and GPU](${root}og/site.png)](${href})`))
  document
    .getElementById('scope')!
    .addEventListener('click', () =>
      update(app, (old) => ({ ...old, scope: old.scope === 'all' ? 'featured' : 'all' })),
    )
}

/** Applies a change to the state and shows the result. The address and the counts follow a little later. */
async function update(app: App, change: Change, record: App['unrecorded'] = 'step'): Promise<void> {
  try {
    // Nothing is awaited once the figures are loaded, so that the table changes in the frame of the key press.
    app.matrix ??= await app.load()
    const defaults = defaultState(app.matrix)
    app.state = change(app.state ?? askedState(app.matrix), defaults)
    if (record !== '' && app.unrecorded !== 'step') app.unrecorded = record
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
  if (app.unrecorded !== '') recordState(app)
  app.unrecorded = ''
  refreshCounts(app)
}

/** Writes the state into the address, beside the question. */
function recordState(app: App): void {
  const params = new URLSearchParams(location.search)
  for (const key of STATE_KEYS) params.delete(key)
  for (const [key, value] of new URLSearchParams(formatState(app.state!, defaultState(app.matrix!))))
    params.append(key, value)
  const target = location.pathname + (params.size === 0 ? '' : `?${params}`)
  const isLetter = app.unrecorded === 'letter'
  if (target !== location.pathname + location.search) {
    if (isLetter && app.isTyping) history.replaceState(null, '', target)
    else history.pushState(null, '', target)
  }
  app.isTyping = isLetter
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
  const empty = target.closest<HTMLElement>('td.e')
  if (empty) askAbout(app, empty)
  const more = target.closest<HTMLAnchorElement>('a.more')
  if (!more || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  openOthers(app, more).catch(() => location.assign(more.href))
}

/** Asks about the pair of an empty cell: what is known of it, and what would fill it. */
function askAbout(app: App, { dataset }: HTMLElement): void {
  const shown = app.pane.current()
  const [row, column] = dataset.at!.split(',').map(Number) as [number, number]
  if (!shown) return
  const { slug } = shown.matrix.models[shown.grid.models[row]!]!
  const { id } = shown.matrix.gpus[shown.grid.gpus[column]!]!
  const users = shown.state.type === 'single_stream' ? 1 : 2
  app.ask({ gpu: id, model: slug, budget: null, upTo: null, count: 1, users, by: '' }).then(() => {
    const answer = app.document.getElementById('answer')!
    answer.scrollIntoView({ block: 'center' })
    answer.focus({ preventScroll: true })
  })
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
