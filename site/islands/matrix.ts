import { type CompactMatrix, decodeMatrix } from '../lib/matrix/codec.ts'
import { describeGrid, promptSizeNote } from '../lib/matrix/describe.ts'
import { element } from '../lib/matrix/dom.ts'
import type { Matrix } from '../lib/matrix/entries.ts'
import { renderGrid } from '../lib/matrix/render_grid.ts'
import { renderList } from '../lib/matrix/render_list.ts'
import { renderWider } from '../lib/matrix/render_wider.ts'
import { buildGrid, buildList } from '../lib/matrix/select.ts'
import { defaultState, formatState, type MatrixState, parseState, type SortKey } from '../lib/matrix/state.ts'
import { openMore } from './matrix_more.ts'

/** Makes the rendered matrix filterable. The figures are fetched on the first interaction, or at once where the address asks for a state. */
export function startMatrix(document: Document): void {
  const app = document.getElementById('matrix-app')!
  const table = document.getElementById('table')!
  const filters = document.getElementById('filters') as HTMLFormElement
  const viewButton = document.getElementById('view') as HTMLButtonElement
  let loading: Promise<Matrix> | undefined
  let state: MatrixState | undefined

  const load = () => {
    loading ??= fetchMatrix(app.dataset.source!).catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }

  /** Applies a change to the state and shows the result; the address follows. */
  async function update(change: (state: MatrixState) => MatrixState, record: 'replace' | 'none' = 'replace') {
    try {
      const matrix = await load()
      const defaults = defaultState(matrix)
      state = change(state ?? parseState(location.search, defaults))
      if (record === 'replace') history.replaceState(null, '', location.pathname + formatState(state, defaults))
      show(document, matrix, state)
    } catch (error) {
      document.getElementById('shown')!.textContent =
        `The figures could not be loaded (${error instanceof Error ? error.message : error}). The table below is unfiltered; change a filter to try again.`
    }
  }

  const readFilters = (old: MatrixState): MatrixState => ({
    ...old,
    ...(Object.fromEntries(new FormData(filters)) as Partial<MatrixState>),
  })
  filters.addEventListener('submit', (event) => event.preventDefault())
  filters.addEventListener('input', () => update(readFilters))
  filters.addEventListener('reset', (event) => {
    event.preventDefault()
    load().then((matrix) => update((old) => ({ ...defaultState(matrix), view: old.view })))
  })
  viewButton.addEventListener('click', () => update((old) => ({ ...old, view: old.view === 'grid' ? 'list' : 'grid' })))
  table.addEventListener('click', (event) => {
    const target = event.target as Element
    const key = target.closest<HTMLElement>('[data-sort]')?.dataset.sort as SortKey | undefined
    if (key) update((old) => ({ ...old, sort: key, descending: old.sort === key ? !old.descending : isNumeric(key) }))
    const more = target.closest<HTMLAnchorElement>('a.more')
    if (more && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault()
      load().then(
        (matrix) => openMore(document, matrix, state ?? defaultState(matrix), more),
        () => location.assign(more.href),
      )
    }
  })
  showDetails(document, table)
  window.addEventListener('popstate', () => update((old) => ({ ...old, ...parseState(location.search, old) }), 'none'))
  if (location.search !== '') update((asked) => asked, 'none')
}

const isNumeric = (key: SortKey): boolean => ['gpus', 'median', 'n', 'month'].includes(key)

async function fetchMatrix(address: string): Promise<Matrix> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim())
  return decodeMatrix((await response.json()) as CompactMatrix)
}

function show(document: Document, matrix: Matrix, state: MatrixState): void {
  const table = document.getElementById('table')!
  const shown = document.getElementById('shown')!
  const grid = buildGrid(matrix, state)
  const entries = state.view === 'list' ? buildList(matrix, state) : []
  table.replaceChildren(
    grid.entries === 0
      ? element(document, 'p', { class: 'empty' }, 'No published figure passes these filters.')
      : state.view === 'list'
        ? renderList(document, matrix, state, entries)
        : renderGrid(document, matrix, state, grid),
  )
  table.scrollTo(0, 0)
  shown.textContent = state.view === 'list' ? describeList(state, entries.length) : describeGrid(state, grid)
  document.getElementById('wider')!.replaceChildren(renderWider(document, matrix, state) ?? '')
  showNote(document, state)
  syncFilters(document, state)
}

function describeList(state: MatrixState, count: number): string {
  return `${count} figures of one measurement type, a row each; nothing is averaged. Sorted by ${state.sort}.`
}

function showNote(document: Document, state: MatrixState): void {
  const note = document.getElementById('metric-note')!
  note.textContent = promptSizeNote(state.metric)
  note.hidden = note.textContent === ''
}

function syncFilters(document: Document, state: MatrixState): void {
  const filters = document.getElementById('filters') as HTMLFormElement
  for (const [key, value] of Object.entries(state)) {
    const field = filters.elements.namedItem(key)
    if ((field instanceof HTMLSelectElement || field instanceof HTMLInputElement) && field.value !== value) {
      field.value = String(value)
    }
  }
  document.getElementById('view')!.setAttribute('aria-pressed', String(state.view === 'list'))
}

/** The line under the matrix repeats the title of the figure under the pointer or the focus. */
function showDetails(document: Document, table: HTMLElement): void {
  const line = document.getElementById('detail')!
  const onFigure = (event: Event) => {
    const figure = (event.target as Element).closest('td')?.querySelector('a[title]')
    if (figure) line.textContent = figure.getAttribute('title')
  }
  table.addEventListener('focusin', onFigure)
  table.addEventListener('mouseover', onFigure)
}
