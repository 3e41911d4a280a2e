import type { Options } from '../../lib/answers/options.ts'
import type { ModelAnswers } from '../../lib/answers/types.ts'
import { element } from '../../lib/dom.ts'

type Field = HTMLInputElement | HTMLSelectElement

/** What a page makes of a model and the state of its form. */
export interface FormPage {
  /** Fields that clearing the form leaves as they are. */
  kept: string[]
  answer(data: ModelAnswers, params: URLSearchParams): { query: string; nodes: Node[]; words: string }
}

/**
 * Makes a form answer into #answer. The state is the query string; the figures of a model are fetched when it is first asked about,
 * so that a page that is only read fetches nothing.
 */
export function startForm(document: Document, form: HTMLFormElement, page: FormPage): void {
  const { show, asked } = showLatest(document, form, page)
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('input', (event) => show(withField(asked(), form, event.target as Field), true))
  form.addEventListener('reset', (event) => {
    event.preventDefault()
    show(new URLSearchParams([...asked()].filter(([name]) => page.kept.includes(name))), true)
  })
  form.addEventListener('click', (event) => {
    const preset = (event.target as Element).closest<HTMLElement>('[data-preset]')?.dataset.preset
    if (preset) show(withPreset(asked(), preset), true)
  })
  window.addEventListener('popstate', () => show(new URLSearchParams(location.search), false))
  if (location.search !== '') show(new URLSearchParams(location.search), false)
}

/**
 * Answers come in the order of the asking: one that was overtaken while its figures were fetched is dropped. `asked` says what a further change
 * joins: while figures are fetched it is the question that waits for them, else what the form says.
 */
function showLatest(document: Document, form: HTMLFormElement, page: FormPage) {
  let waiting: URLSearchParams | null = null
  const show = async (params: URLSearchParams, record: boolean): Promise<void> => {
    waiting = params
    try {
      const data = await loadModel(form.dataset.folder!, chosenModel(form, params))
      if (params !== waiting) return
      const { query, nodes, words } = page.answer(data, params)
      if (record) history.replaceState(null, '', location.pathname + query)
      fill(document, nodes, words)
      waiting = null
    } catch (error) {
      if (params === waiting) showFailure(document, error)
    }
  }
  return { show, asked: () => new URLSearchParams(waiting ?? readForm(form)) }
}

function chosenModel(form: HTMLFormElement, params: URLSearchParams): string {
  const select = form.elements.namedItem('model') as HTMLSelectElement
  const asked = params.get('model')
  return [...select.options].some((option) => option.value === asked) ? asked! : form.dataset.model!
}

function fill(document: Document, nodes: Node[], words: string): void {
  const answer = document.getElementById('answer')!
  const isOpen = answer.querySelector('details')?.open ?? false
  answer.replaceChildren(...nodes)
  for (const details of answer.querySelectorAll('details')) details.open = isOpen
  document.getElementById('answer-status')!.textContent = words
}

function showFailure(document: Document, error: unknown): void {
  const text = `The figures of this model could not be loaded (${error instanceof Error ? error.message : error}). Change a field to try again.`
  fill(document, [element(document, 'p', { class: 'note' }, text)], text)
}

const loaded = new Map<string, Promise<ModelAnswers>>()

/** The published figures of a model, fetched once. A failed fetch is tried again at the next call. */
function loadModel(folder: string, slug: string): Promise<ModelAnswers> {
  const pending = loaded.get(slug) ?? fetchModel(`${folder}${encodeURIComponent(slug)}.json`)
  loaded.set(slug, pending)
  pending.catch(() => loaded.delete(slug))
  return pending
}

async function fetchModel(address: string): Promise<ModelAnswers> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim())
  return (await response.json()) as ModelAnswers
}

/** What a form says, as a query string would: fields left empty are left out. */
function readForm(form: HTMLFormElement): URLSearchParams {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value)])
  return new URLSearchParams(entries.filter(([, value]) => value !== ''))
}

/** A question with what a field asks for now. How speed is measured is chosen anew for another model or use: it may be rare there. */
function withField(params: URLSearchParams, form: HTMLFormElement, { name }: Field): URLSearchParams {
  const value = readForm(form).get(name)
  if (value === null) params.delete(name)
  else params.set(name, value)
  if (['model', 'type'].includes(name)) params.delete('metric')
  return params
}

function withPreset(params: URLSearchParams, preset: string): URLSearchParams {
  for (const [name, value] of new URLSearchParams(preset)) params.set(name, value)
  return params
}

/** Offers other choices in a select, keeping the element and its focus. */
export function setOptions(form: HTMLFormElement, name: string, options: Options, value: string): void {
  const select = form.elements.namedItem(name) as HTMLSelectElement
  const same = [...select.options].map((option) => `${option.value} ${option.text}`).join('\n')
  if (same !== options.map(([option, text]) => `${option} ${text}`).join('\n')) {
    select.replaceChildren(...options.map(([option, text]) => new Option(text, option)))
  }
  select.value = value
}

/** Shows a value in a field that the visitor is not typing in. */
export function setField(form: HTMLFormElement, name: string, value: string | number | null): void {
  const field = form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement
  const text = value === null ? '' : String(value)
  if (field !== form.ownerDocument.activeElement && field.value !== text) field.value = text
}
