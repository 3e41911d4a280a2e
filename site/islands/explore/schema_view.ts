import type { SchemaTable } from '../../lib/explore/schema.ts'

/** The tables and columns as the page lists them. */
export function readSchema(root: HTMLElement): SchemaTable[] {
  return [...root.querySelectorAll<HTMLElement>('[data-table]')].map((table) => ({
    name: table.dataset.table!,
    columns: [...table.querySelectorAll<HTMLElement>('li > [data-insert]')].map((button) => ({
      name: button.dataset.insert!,
      type: button.dataset.type!,
      unit: button.dataset.unit!,
      about: button.nextElementSibling?.textContent ?? '',
    })),
  }))
}

interface Parts {
  /** The list of tables. */
  root: HTMLElement
  search: HTMLInputElement
  nothing: HTMLElement
  onInsert: (name: string) => void
}

/** Inserts names on click, and filters tables and columns by the search. */
export function startSchema({ root, search, nothing, onInsert }: Parts): void {
  root.addEventListener('click', (event) => {
    const name = (event.target as HTMLElement).closest<HTMLElement>('[data-insert]')?.dataset.insert
    if (name) onInsert(name)
  })
  const tables = [...root.querySelectorAll<HTMLDetailsElement>('[data-table]')]
  search.addEventListener('input', () => {
    const words = search.value.trim().toLowerCase()
    const found = tables.map((table) => filterTable(table, words))
    nothing.hidden = found.some(Boolean)
  })
}

/** Hides columns that do not contain the words, and tables without any left. Tables with hits open; an empty search closes all. */
function filterTable(table: HTMLDetailsElement, words: string): boolean {
  let found = 0
  for (const item of table.querySelectorAll<HTMLElement>('li')) {
    const isHit = item.textContent.toLowerCase().includes(words)
    item.hidden = !isHit
    if (isHit) found++
  }
  table.hidden = found === 0
  table.open = words !== '' && found > 0
  return found > 0
}
