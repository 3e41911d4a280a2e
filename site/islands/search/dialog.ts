import { element } from '../../lib/dom.ts'
import { href } from '../../lib/href.ts'
import { type PackedEntry, rank, type SearchEntry } from '../../lib/search/rank.ts'

/** The parts of the open search. */
interface Search {
  dialog: HTMLDialogElement
  input: HTMLInputElement
  list: HTMLElement
  status: HTMLElement
  entries: SearchEntry[] | null
  found: SearchEntry[]
  active: number
}

let search: Search | undefined

/** Opens the search: a combobox over the pages of the site, in a modal dialog that Escape closes. */
export function openSearch(document: Document, button: HTMLElement): void {
  search ??= build(document, button.dataset.index!)
  if (!search.dialog.open) search.dialog.showModal()
  search.input.select()
}

function build(document: Document, address: string): Search {
  const input = element(document, 'input', {
    type: 'text',
    role: 'combobox',
    'aria-label': 'Search models, GPUs, engines and pages',
    'aria-expanded': 'false',
    'aria-controls': 'search-results',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: '4090, Strix Halo, gpt-oss, vLLM …',
  })
  const close = element(document, 'button', { type: 'button', class: 'button' }, 'Close')
  const list = element(document, 'div', { id: 'search-results', role: 'listbox', 'aria-label': 'Results' })
  list.hidden = true
  const status = element(document, 'p', { role: 'status' })
  const form = element(document, 'form', {}, input, close)
  const dialog = element(document, 'dialog', { class: 'search', 'aria-label': 'Search' }, form, list, status)
  document.body.append(dialog)
  const own: Search = { dialog, input, list, status, entries: null, found: [], active: -1 }
  close.addEventListener('click', () => dialog.close())
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close())
  input.addEventListener('input', () => show(document, own))
  input.addEventListener('keydown', (event) => move(own, event))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    go(own.found[Math.max(0, own.active)])
  })
  load(own, address).then(() => show(document, own))
  return own
}

async function load(own: Search, address: string): Promise<void> {
  try {
    const packed = (await (await fetch(address)).json()) as PackedEntry[]
    own.entries = packed.map(([name, path, type, also, figures]) => ({ name, path, type, also, figures }))
  } catch {
    own.status.textContent = 'The search index could not be loaded. Reload the page to try again.'
  }
}

function show(document: Document, own: Search): void {
  if (!own.entries) return
  own.found = rank(own.entries, own.input.value)
  own.list.replaceChildren(...own.found.map((entry, i) => option(document, entry, i)))
  own.list.hidden = own.found.length === 0
  own.input.setAttribute('aria-expanded', String(own.found.length > 0))
  own.status.textContent = describe(own)
  select(own, own.found.length > 0 ? 0 : -1)
}

function describe({ input, found, entries }: Search): string {
  if (input.value.trim() === '') return `${entries!.length} models, GPUs, engines and pages.`
  return found.length > 0 ? '' : 'Nothing by that name. Try fewer letters, or a family such as “Qwen3” or “RTX 50”.'
}

function option(document: Document, entry: SearchEntry, i: number): HTMLElement {
  const { name, type, figures } = entry
  const count = figures > 0 ? `${figures} ${figures === 1 ? 'figure' : 'figures'}` : 'no figures yet'
  const note = type === 'Page' ? 'Page' : `${type}, ${count}`
  const node = element(
    document,
    'div',
    { role: 'option', id: `search-${i}`, 'aria-selected': 'false' },
    element(document, 'span', {}, name),
    element(document, 'small', {}, note),
  )
  node.addEventListener('click', () => go(entry))
  return node
}

function move(own: Search, event: KeyboardEvent): void {
  const last = own.found.length - 1
  const steps: Record<string, number> = {
    ArrowDown: own.active >= last ? 0 : own.active + 1,
    ArrowUp: own.active <= 0 ? last : own.active - 1,
  }
  if (last < 0 || !(event.key in steps)) return
  event.preventDefault()
  select(own, steps[event.key]!)
}

function select(own: Search, active: number): void {
  own.active = active
  for (const [i, node] of [...own.list.children].entries()) {
    node.setAttribute('aria-selected', String(i === active))
    if (i === active) node.scrollIntoView({ block: 'nearest' })
  }
  if (active < 0) own.input.removeAttribute('aria-activedescendant')
  else own.input.setAttribute('aria-activedescendant', `search-${active}`)
}

function go(entry: SearchEntry | undefined): void {
  if (entry) location.assign(href(entry.path))
}
