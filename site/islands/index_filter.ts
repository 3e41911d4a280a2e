import { element } from '../lib/dom.ts'
import { byValue, type Condition, meets, parseSort, type RowValues, type Rule } from '../lib/index_filter.ts'

/** Any table shows as many rows at least: on a phone, those that show more elsewhere do as well. */
const LEAST_FOLDED = 10

type Control = HTMLSelectElement | HTMLInputElement

/** The rows of the table, which the build rendered, and the controls that filter them. */
interface List {
  document: Document
  rows: HTMLElement[]
  values: Map<HTMLElement, RowValues>
  controls: Control[]
  change: () => void
}

/** Filters and sorts the rows of a list, and keeps the state in the address: each choice is a step of the history. */
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
    const shown = filterRows(list)
    const order = parseSort(sort.value, keys)
    const compare = order && byValue(order.key, order.descending)
    body.append(...(compare ? rows.toSorted((a, b) => compare(values.get(a)!, values.get(b)!)) : rows))
    markHeads(heads, order)
    say(list, shown)
  }
  /** Typing replaces the step of the history; a choice adds one. */
  const save = (isStep: boolean) => {
    const address = `${location.pathname}${formatAddress(controls, sort)}`
    if (address === `${location.pathname}${location.search}`) return
    history[isStep ? 'pushState' : 'replaceState'](null, '', address)
  }
  const change = (isStep = true) => {
    apply()
    save(isStep)
  }
  const list: List = { document, rows, values, controls, change }
  form.addEventListener('input', ({ target }) => change((target as Element).matches('select, [type=checkbox]')))
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('reset', () => setTimeout(change))
  for (const [key, button] of heads)
    button.addEventListener('click', () => {
      sort.value = nextSort(sort, key)
      change()
    })
  const read = () => {
    tellUnknown(document, readAddress(controls, sort, new URLSearchParams(location.search)))
    apply()
  }
  window.addEventListener('popstate', read)
  if (location.search) read()
  else markHeads(heads, parseSort(sort.value, keys))
}

/** Hides what does not meet the filters. Returns the rows left. */
function filterRows({ rows, values, controls }: List): HTMLElement[] {
  const conditions = controls.flatMap(conditionOf)
  const shown = rows.filter((row) => meets(values.get(row)!, conditions))
  const kept = new Set(shown)
  for (const row of rows) row.hidden = !kept.has(row)
  return shown
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

/** Sets the controls by the address. A value that is not an option selects the first one; returns those values. */
function readAddress(controls: Control[], sort: HTMLSelectElement, params: URLSearchParams): string[] {
  const unknown = controls.flatMap((control) => {
    const value = params.get(control.name)
    if (control instanceof HTMLInputElement && control.type === 'checkbox') control.checked = value !== null
    else control.value = value ?? ''
    if (!(control instanceof HTMLSelectElement) || control.selectedIndex >= 0) return []
    control.selectedIndex = 0
    return [`${control.labels[0]?.textContent ?? control.name} “${value}”`]
  })
  sort.value = params.get('sort') ?? ''
  if (sort.selectedIndex < 0) sort.selectedIndex = 0
  return unknown
}

/** A name in the address that the list does not have is said, not passed over. */
function tellUnknown(document: Document, unknown: string[]): void {
  const note = document.getElementById('index-note')!
  note.hidden = unknown.length === 0
  note.textContent = `Nothing here is known by ${unknown.join(' and ')}: not filtered by it. Choose from the list, or search (press /).`
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

/** How many rows are left, what they say together, and where none is left, the ways out. */
function say(list: List, shown: HTMLElement[]): void {
  const { document, rows } = list
  const status = document.getElementById('index-count')!
  const noun = status.dataset.noun!
  const count = shown.length === rows.length ? `${rows.length} ${noun}` : `${shown.length} of ${rows.length} ${noun}`
  status.textContent = [count, ...tally(document, shown)].join('. ')
  document.getElementById('index-none')!.hidden = shown.length > 0
  document.getElementById('index-ways')!.replaceChildren(...(shown.length > 0 ? [] : waysOut(list)))
  const folded = document.getElementById('index-table')!.closest('.folded')!
  const all = folded.querySelector('.show-all span')
  if (!all) return
  all.textContent = `Show all ${shown.length} ${noun}`
  all.closest<HTMLElement>('.show-all')!.hidden = shown.length <= LEAST_FOLDED
}

/** `0 slower, 3 faster`: how many of the rows have each of the values that the table counts, and the newest of what they tell the age by. */
function tally(document: Document, shown: HTMLElement[]): string[] {
  const { tally: key, values, newest } = document.getElementById('index-table')!.dataset
  if (!key || shown.length === 0) return []
  const count = (value: string) => shown.filter((row) => row.dataset[key] === value).length
  const counts = values!.split('|').map((value) => `${count(value)} ${value}`)
  const last = shown.reduce((late, row) => (row.dataset.month! > late.dataset.month! ? row : late))
  return [counts.join(', '), `${newest} ${last.dataset.age}`]
}

/** A button for each filter without which there would be rows: it drops that filter. */
function waysOut({ document, rows, values, controls, change }: List): HTMLElement[] {
  const set = controls.filter(isSet)
  const ways = set.map((control) => {
    const others = set.filter((other) => other !== control).flatMap(conditionOf)
    return { control, n: rows.filter((row) => meets(values.get(row)!, others)).length }
  })
  return ways
    .filter(({ n }) => n > 0)
    .map(({ control, n }) => {
      const text = `${n} without ${control.labels![0]!.textContent!.trim()}`
      const button = element(document, 'button', { type: 'button', class: 'button' }, text)
      button.addEventListener('click', () => {
        if (control instanceof HTMLInputElement && control.type === 'checkbox') control.checked = false
        else control.value = ''
        change()
        control.focus()
      })
      return element(document, 'li', {}, button)
    })
}
