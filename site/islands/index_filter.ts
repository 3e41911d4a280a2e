import { element } from '../lib/dom.ts'
import { byValue, type Condition, meets, parseSort, type RowValues, type Rule } from '../lib/index_filter.ts'

type Control = HTMLSelectElement | HTMLInputElement

/** Filters and sorts the rows of an index page, which the build rendered, and keeps the state in the address. */
export function startIndex(document: Document): void {
  const form = document.getElementById('index-form') as HTMLFormElement
  const body = document.querySelector('#index-table tbody')!
  const rows = [...body.querySelectorAll('tr')]
  const values = new Map(rows.map((row) => [row, { ...row.dataset } as RowValues]))
  const controls = [...form.elements].filter(
    (element): element is Control => 'rule' in (element as HTMLElement).dataset,
  )
  const sort = form.elements.namedItem('sort') as HTMLSelectElement
  const keys = [...sort.options].map((option) => option.value.replace(/^-/, ''))
  const heads = sortButtons(document, keys)

  const apply = () => {
    const conditions = controls.flatMap(conditionOf)
    const shown = rows.filter((row) => meets(values.get(row)!, conditions))
    const order = parseSort(sort.value, keys)
    const compare = order && byValue(order.key, order.descending)
    const sorted = compare ? rows.toSorted((a, b) => compare(values.get(a)!, values.get(b)!)) : rows
    const kept = new Set(shown)
    for (const row of sorted) row.hidden = !kept.has(row)
    body.append(...sorted)
    markHeads(heads, order)
    say(document, shown.length, rows.length)
  }
  const change = () => {
    apply()
    history.replaceState(null, '', `${location.pathname}${formatAddress(controls, sort)}`)
  }
  form.addEventListener('input', change)
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('reset', () => setTimeout(change))
  for (const [key, button] of heads)
    button.addEventListener('click', () => {
      sort.value = nextSort(sort, key)
      change()
    })
  const read = () => {
    readAddress(controls, sort, new URLSearchParams(location.search))
    apply()
  }
  window.addEventListener('popstate', read)
  if (location.search) read()
  else markHeads(heads, parseSort(sort.value, keys))
}

function isSet(control: Control): boolean {
  return control instanceof HTMLInputElement && control.type === 'checkbox'
    ? control.checked
    : control.value.trim() !== ''
}

function conditionOf(control: Control): Condition[] {
  const { rule, key = control.name } = control.dataset
  return isSet(control) ? [{ key, rule: rule as Rule, value: control.value.trim() }] : []
}

function formatAddress(controls: Control[], sort: HTMLSelectElement): string {
  const params = new URLSearchParams(controls.filter(isSet).map((control) => [control.name, control.value.trim()]))
  if (sort.selectedIndex > 0) params.set('sort', sort.value)
  return params.size > 0 ? `?${params}` : ''
}

/** Sets the controls by the address. A value that is not an option selects the first one. */
function readAddress(controls: Control[], sort: HTMLSelectElement, params: URLSearchParams): void {
  for (const control of controls) {
    if (control instanceof HTMLInputElement && control.type === 'checkbox') control.checked = params.has(control.name)
    else control.value = params.get(control.name) ?? ''
    if (control instanceof HTMLSelectElement && control.selectedIndex < 0) control.selectedIndex = 0
  }
  sort.value = params.get('sort') ?? ''
  if (sort.selectedIndex < 0) sort.selectedIndex = 0
}

/** Turns the heads of sortable columns into buttons. Without a script they are plain text. */
function sortButtons(document: Document, keys: string[]): Map<string, HTMLButtonElement> {
  const buttons = new Map<string, HTMLButtonElement>()
  for (const head of document.querySelectorAll<HTMLElement>('#index-table th[data-key]')) {
    const { key } = head.dataset
    if (!key || !keys.includes(key)) continue
    const button = element(document, 'button', { type: 'button' }, ...head.childNodes)
    head.append(button)
    buttons.set(key, button)
  }
  return buttons
}

/** The sort order after a click on a column head: the first one that the list offers for the column, then the other. */
function nextSort(sort: HTMLSelectElement, key: string): string {
  const own = [...sort.options].map((option) => option.value).filter((value) => value.replace(/^-/, '') === key)
  return own.find((value) => value !== sort.value) ?? sort.value
}

function markHeads(
  heads: Map<string, HTMLButtonElement>,
  order: { key: string; descending: boolean } | undefined,
): void {
  for (const [key, button] of heads) {
    const head = button.parentElement!
    if (order?.key === key) head.setAttribute('aria-sort', order.descending ? 'descending' : 'ascending')
    else head.removeAttribute('aria-sort')
  }
}

function say(document: Document, shown: number, all: number): void {
  const status = document.getElementById('index-count')!
  const noun = status.dataset.noun!
  status.textContent = shown === all ? `${all} ${noun}` : `${shown} of ${all} ${noun}`
  document.getElementById('index-none')!.hidden = shown > 0
}
