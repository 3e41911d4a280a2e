import { formatCount } from '../../lib/format.ts'
import { countFilters } from '../../lib/matrix/describe.ts'
import type { Counts } from '../../lib/matrix/filters.ts'
import { type Measure, SPEED_MEASURES } from '../../lib/matrix/measures.ts'
import { PRESET_MEMORY } from '../../lib/matrix/options.ts'
import { FACETS, type Facet, type MatrixState } from '../../lib/matrix/state.ts'
import { captureValue } from '../capture_value.ts'

interface FormEvents {
  /** The control `name` was changed; `restore` sets it to that value again, in case the form has been written since. */
  changed: (name: string, restore: () => void) => void
  reset: () => void
  opened: () => void
}

const formOf = (document: Document) => document.getElementById('filters') as HTMLFormElement
const facetsOf = (document: Document) => document.getElementById('facets')!
export const facetsOpen = (document: Document): boolean => !facetsOf(document).hidden

/** Reports changes of the controls by name, the reset, and the opening of the further filters. */
export function startForm(document: Document, { changed, reset, opened }: FormEvents): void {
  const form = formOf(document)
  const toggle = document.getElementById('more-filters')!
  form.addEventListener('submit', (event) => event.preventDefault())
  // Controls may be outside the form element (by their `form` attribute): their events do not bubble through it.
  document.getElementById('matrix-app')!.addEventListener('input', (event) => {
    const field = event.target as HTMLInputElement | HTMLSelectElement
    if (field.form === form && field.name) changed(field.name, captureValue(field))
  })
  form.addEventListener('reset', (event) => {
    event.preventDefault()
    reset()
  })
  toggle.addEventListener('click', () => {
    const facets = facetsOf(document)
    facets.hidden = !facets.hidden
    document.getElementById('matrix-app')!.classList.toggle('unfolded', !facets.hidden)
    toggle.setAttribute('aria-expanded', String(!facets.hidden))
    if (!facets.hidden) opened()
  })
}

/** The state of the controls; `changed` is the name of the control that the visitor changed. */
export function readForm(form: HTMLFormElement, old: MatrixState, changed: string): MatrixState {
  const data = new FormData(form)
  const text = (name: string) => String(data.get(name) ?? '')
  const facets = Object.fromEntries(FACETS.map((facet) => [facet, data.getAll(facet).map(String)])) as Record<
    Facet,
    string[]
  >
  const state: MatrixState = {
    ...old,
    ...facets,
    metric: readMeasure(text('matters'), text('speed')),
    type: text('type') as MatrixState['type'],
    search: text('search'),
    base: text('base'),
    view: text('view') as MatrixState['view'],
    order: text('order') as MatrixState['order'],
    gpus: facets.gpus.filter(Boolean),
    scale: data.has('scale') ? 'log' : 'linear',
  }
  if (changed === 'hardware') return { ...state, ...readHardware(text('hardware')) }
  if (changed === 'fits') return { ...state, memory: data.has('fits') ? String(PRESET_MEMORY) : '' }
  return state
}

function readMeasure(matters: string, speed: string): Measure {
  return (matters === 'speed' ? speed : matters) as Measure
}

function readHardware(value: string): Pick<MatrixState, 'memory' | 'gpu'> {
  const [kind, ...rest] = value.split(':')
  const chosen = rest.join(':')
  return { memory: kind === 'memory' ? chosen : '', gpu: kind === 'gpu' ? [chosen] : [] }
}

function hardwareValue({ memory, gpu }: MatrixState): string {
  if (gpu.length > 1) return 'several'
  if (gpu.length === 1) return `gpu:${gpu[0]}`
  return memory === '' ? '' : `memory:${memory}`
}

/** Sets the controls to a state, after the address or a control that others depend on has changed. */
export function writeForm(document: Document, state: MatrixState): void {
  const { elements } = formOf(document)
  const isSpeed = (SPEED_MEASURES as readonly string[]).includes(state.metric)
  const values: Record<string, string> = {
    search: state.search,
    hardware: hardwareValue(state),
    matters: isSpeed ? 'speed' : state.metric,
    type: state.type,
    base: state.base,
    view: state.view,
    order: state.order,
    gpus: state.gpus[0] ?? '',
    ...(isSpeed ? { speed: state.metric } : {}),
  }
  for (const [name, value] of Object.entries(values)) {
    const field = elements.namedItem(name) as HTMLInputElement | RadioNodeList | null
    if (field && field.value !== value) field.value = value
  }
  const checked: Record<string, string[]> = {
    ...Object.fromEntries(FACETS.map((facet) => [facet, state[facet]])),
    scale: [state.scale],
    fits: [state.memory],
  }
  for (const field of elements) {
    if (field instanceof HTMLInputElement && field.type === 'checkbox')
      field.checked = checked[field.name]!.includes(field.value)
  }
  const set = countFilters(state)
  document.getElementById('filter-count')!.textContent = set === 0 ? '' : `(${set})`
}

/** Shows how many figures each value would leave. Counts of folded filters are only written once they are open. */
export function showCounts(document: Document, counts: Counts, all: boolean): void {
  const scope = all ? '[data-count]' : '.presets [data-count]'
  for (const node of document.querySelectorAll<HTMLElement>(`#filters ${scope}`)) {
    const [kind, ...rest] = node.dataset.count!.split(':')
    const value = rest.join(':')
    const count =
      kind === 'type'
        ? counts.types.get(value)
        : kind === 'memory'
          ? counts.memory.get(Number(value))
          : counts.facets[kind as Facet].get(value)
    node.textContent = formatCount(count ?? 0)
    node.closest('label')!.classList.toggle('none', !count)
  }
}
