import type { Options } from '../../lib/answers/options.ts'
import { element } from '../../lib/dom.ts'
import { loadJson } from './load.ts'

type Field = HTMLInputElement | HTMLSelectElement

/** The part of a form that differs from page to page. */
export interface FormPage<Data> {
  /** Fields that a reset of the form does not clear. */
  kept: string[]
  /** Fields with a default of their own, and what they have in the address once they were emptied. */
  emptied?: { names: string[]; value: string }
  /** The fields whose choices a field decides: a new value of it resets them. */
  dependents: Record<string, string[]>
  /** The answer about a model: its query string, its elements, and the text that is announced. */
  answer(data: Data, params: URLSearchParams): { query: string; nodes: Node[]; status: string }
}

/**
 * Shows the answer to a form in #answer. The state is the query string, and Back undoes a change: a field that is typed in is one. The figures of a model are fetched on its first use, so that
 * reading the page fetches nothing.
 */
export function startForm<Data>(document: Document, form: HTMLFormElement, page: FormPage<Data>): void {
  const { show, asked } = showLatest(document, form, page)
  form.addEventListener('submit', (event) => event.preventDefault())
  let typedIn: Field | null = null
  form.addEventListener('input', (event) => {
    const field = event.target as Field
    const isStep = field !== typedIn || field instanceof HTMLSelectElement
    typedIn = field
    show(withField(asked(), form, page, field), isStep ? 'step' : 'same step')
  })
  form.addEventListener('reset', (event) => {
    event.preventDefault()
    show(new URLSearchParams([...asked()].filter(([name]) => page.kept.includes(name))), 'step')
  })
  form.addEventListener('click', (event) => {
    const preset = (event.target as Element).closest<HTMLElement>('[data-preset]')?.dataset.preset
    if (preset) show(withPreset(asked(), preset), 'step')
  })
  window.addEventListener('popstate', () => {
    typedIn = null
    show(new URLSearchParams(location.search))
  })
  if (location.search !== '') show(new URLSearchParams(location.search))
}

/**
 * Shows the answer to the latest question only: an earlier one that is still being fetched is dropped. `asked` is the state that the next
 * change applies to: the pending question if there is one, else the form.
 */
function showLatest<Data>(document: Document, form: HTMLFormElement, page: FormPage<Data>) {
  let pending: URLSearchParams | null = null
  // Kept until it is recorded: the question that began a step may be dropped for a later one of the same step.
  let isNewStep = false
  const show = async (params: URLSearchParams, record?: 'step' | 'same step'): Promise<void> => {
    pending = params
    isNewStep = record !== undefined && (isNewStep || record === 'step')
    try {
      const model = chosenModel(form, params)
      const data = await loadJson<Data>(`${form.dataset.folder}${encodeURIComponent(model)}.json`)
      if (params !== pending) return
      const { query, nodes, status } = page.answer(data, params)
      if (record && query !== location.search)
        history[isNewStep ? 'pushState' : 'replaceState'](null, '', location.pathname + query)
      isNewStep = false
      const missing = params.get('model') ?? model
      fill(document, missing === model ? nodes : [unknownModel(document, missing), ...nodes], status)
      pending = null
    } catch (error) {
      if (params === pending) showFailure(document, error)
    }
  }
  return { show, asked: () => new URLSearchParams(pending ?? readForm(form, page.emptied)) }
}

/** The model of a question: the one that the form opens with where the address names none that is published. */
export function chosenModel(form: HTMLFormElement, params: URLSearchParams): string {
  const select = form.elements.namedItem('model') as HTMLSelectElement
  const asked = params.get('model')
  return [...select.options].some((option) => option.value === asked) ? asked! : form.dataset.model!
}

function unknownModel(document: Document, asked: string): HTMLElement {
  const text = `No figure of a model “${asked}” is published. Shown is the model that the form names: choose another one there.`
  return element(document, 'p', { class: 'note' }, text)
}

function fill(document: Document, nodes: Node[], status: string): void {
  const answer = document.getElementById('answer')!
  const isOpen = answer.querySelector('details')?.open ?? false
  answer.replaceChildren(...nodes)
  for (const details of answer.querySelectorAll('details')) details.open = isOpen
  document.getElementById('answer-status')!.textContent = status
}

function showFailure(document: Document, error: unknown): void {
  const text = `The figures of this model could not be loaded (${error instanceof Error ? error.message : error}). Change a field to try again.`
  fill(document, [element(document, 'p', { class: 'note' }, text)], text)
}

/** The fields of a form that are not empty, and those that were emptied of their default. */
function readForm(form: HTMLFormElement, emptied?: FormPage<unknown>['emptied']): URLSearchParams {
  const entries = [...new FormData(form)].map(([name, value]) => {
    return [name, value === '' && emptied?.names.includes(name) ? emptied.value : String(value)]
  })
  return new URLSearchParams(entries.filter(([, value]) => value !== ''))
}

/** A question with the new value of a field. Fields whose choices it decides are reset. */
function withField<Data>(
  params: URLSearchParams,
  form: HTMLFormElement,
  { dependents, emptied }: FormPage<Data>,
  { name }: Field,
): URLSearchParams {
  const value = readForm(form, emptied).get(name)
  if (value === null) params.delete(name)
  else params.set(name, value)
  for (const dependent of dependents[name] ?? []) params.delete(dependent)
  return params
}

function withPreset(params: URLSearchParams, preset: string): URLSearchParams {
  for (const [name, value] of new URLSearchParams(preset)) params.set(name, value)
  return params
}

/** Replaces the options of a select, keeping the element and its focus. */
export function setOptions(form: HTMLFormElement, name: string, options: Options, value: string): void {
  const select = form.elements.namedItem(name) as HTMLSelectElement
  const same = [...select.options].map((option) => `${option.value} ${option.text}`).join('\n')
  if (same !== options.map(([option, text]) => `${option} ${text}`).join('\n')) {
    select.replaceChildren(...options.map(([option, text]) => new Option(text, option)))
  }
  select.value = value
}

/** Sets a field, unless the visitor is typing in it. */
export function setField(form: HTMLFormElement, name: string, value: string | number | null): void {
  const field = form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement
  const text = value === null ? '' : String(value)
  if (field !== form.ownerDocument.activeElement && field.value !== text) field.value = text
}
