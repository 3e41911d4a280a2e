import { element } from '../../lib/dom.ts'

interface Pair {
  ids: [string, string]
  names: [string, string]
  side: string
  strata: number
  address: string
  verdict: string
}

/** Fills the two selects of /compare/ from the rows of its tables. The second offers only what shares a stratum with the first. */
export function startPairPicker(document: Document): void {
  const pairs = [...document.querySelectorAll<HTMLTableRowElement>('tr[data-a]')].map(readPair)
  const form = document.getElementById('pick') as HTMLFormElement
  const [first, second] = ['pick-a', 'pick-b'].map((id) => document.getElementById(id) as HTMLSelectElement) as [
    HTMLSelectElement,
    HTMLSelectElement,
  ]
  if (pairs.length === 0) {
    form.hidden = true
    return
  }
  fillFirst(first, pairs)
  const show = (a: string | null, b: string | null) => {
    first.value = a ?? ''
    if (first.selectedIndex < 0) first.value = pairs[0]!.ids[0]
    fillSecond(second, first.value, pairs)
    second.value = b ?? ''
    if (second.selectedIndex < 0) second.selectedIndex = 0
    showPair(document, pairs.find(({ ids }) => ids.includes(first.value) && ids.includes(second.value))!)
  }
  form.addEventListener('input', () => {
    show(first.value, second.value)
    history.replaceState(null, '', `?${new URLSearchParams({ a: first.value, b: second.value })}`)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    ;(document.getElementById('pick-go') as HTMLAnchorElement).click()
  })
  const asked = () => new URLSearchParams(location.search)
  window.addEventListener('popstate', () => show(asked().get('a'), asked().get('b')))
  show(asked().get('a'), asked().get('b'))
}

function readPair(row: HTMLTableRowElement): Pair {
  const { a = '', b = '', aName = '', bName = '', side = '', strata } = row.dataset
  const address = row.querySelector('a')!.href
  const verdict = row.querySelector('.says')!.firstChild!.textContent!
  return { ids: [a, b], names: [aName, bName], side, strata: Number(strata), address, verdict }
}

function fillFirst(select: HTMLSelectElement, pairs: Pair[]): void {
  const groups = [...new Set(pairs.map((pair) => pair.side))].map((side) => {
    const names = new Map(pairs.filter((pair) => pair.side === side).flatMap(({ ids, names }) => zip(ids, names)))
    const options = [...names].sort((x, y) => x[1].localeCompare(y[1])).map(([id, name]) => new Option(name, id))
    return element(document, 'optgroup', { label: side === 'GPU' ? 'GPUs' : 'Engines' }, ...options)
  })
  select.replaceChildren(...groups)
}

function fillSecond(select: HTMLSelectElement, first: string, pairs: Pair[]): void {
  const partners = pairs.filter(({ ids }) => ids.includes(first)).sort((x, y) => y.strata - x.strata)
  const options = partners.map(({ ids, names, strata }) => {
    const other = ids[0] === first ? 1 : 0
    return new Option(`${names[other]} (${strata})`, ids[other])
  })
  select.replaceChildren(...options)
}

function zip(ids: [string, string], names: [string, string]): [string, string][] {
  return [
    [ids[0], names[0]],
    [ids[1], names[1]],
  ]
}

function showPair(document: Document, { address, verdict }: Pair): void {
  ;(document.getElementById('pick-go') as HTMLAnchorElement).href = address
  document.getElementById('pick-verdict')!.textContent = `${verdict}.`
}
