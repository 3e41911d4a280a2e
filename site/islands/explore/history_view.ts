import { element } from '../../lib/dom.ts'
import type { History } from '../../lib/explore/history.ts'
import { encodeQuery } from '../../lib/explore/permalink.ts'
import { plural } from '../../lib/format.ts'

interface Parts {
  list: HTMLElement
  count: HTMLElement
  note: HTMLElement
  clear: HTMLButtonElement
}

/** Shows the history as links that fill the editor. Returns a function that refreshes the list. */
export function startHistory(history: History, { list, count, note, clear }: Parts): () => void {
  const show = () => {
    const entries = history.entries()
    const document = list.ownerDocument
    list.replaceChildren(
      ...entries.map(({ sql, rows, ms }) => {
        const first = element(document, 'code', {}, summarise(sql))
        const facts = element(document, 'small', {}, `${plural(rows, 'row')} · ${Math.round(ms)} ms`)
        return element(document, 'li', {}, element(document, 'a', { href: `#${encodeQuery(sql)}` }, first, facts))
      }),
    )
    count.textContent = entries.length === 0 ? 'empty' : plural(entries.length, 'query', 'queries')
    clear.disabled = entries.length === 0
    if (!history.isKept)
      note.textContent = 'This browser stores nothing for this site: the history lasts as long as the page.'
  }
  clear.addEventListener('click', () => {
    history.clear()
    show()
  })
  show()
  return show
}

/** A query on one line, without its comments. */
function summarise(sql: string): string {
  const text = sql.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim()
  return text === '' ? '(empty)' : text.slice(0, 200)
}
