import { type ExploreState, readAddress, writeAddress } from '../../lib/explore/address.ts'

interface Options {
  document: Document
  /** The questions, as links to queries. */
  questions: HTMLElement
  /** The part of the page whose links lead to queries. */
  library: HTMLElement
  /** Called when the address changes to one with a query. */
  onQuery: (sql: string, shown: Omit<ExploreState, 'sql'>) => void
}

export interface PageAddress {
  /** Replaces the state in the address. */
  keep(state: ExploreState): void
  /** Reads the current address. */
  read(): void
}

/** Keeps the query in the fragment of the address: links and the back button fill the editor, and a query can be shared. */
export function startAddress({ document, questions, library, onQuery }: Options): PageAddress {
  const read = () => {
    const { sql, ...shown } = readAddress(location.hash)
    if (sql === null) return
    markCurrent(questions)
    onQuery(sql, shown)
  }
  document.defaultView?.addEventListener('hashchange', read)
  // A link to the current address fires no hashchange, but the text may have been edited since.
  library.addEventListener('click', (event) => {
    const link = (event.target as HTMLElement).closest('a')
    if (link && link.hash === location.hash) read()
  })
  return {
    read,
    keep(state) {
      history.replaceState(null, '', `#${writeAddress(state)}`)
      markCurrent(questions)
    },
  }
}

/** Marks the question whose query is in the address. */
function markCurrent(questions: HTMLElement): void {
  const query = location.hash.slice(1).split('&')[0]
  for (const link of questions.querySelectorAll('a')) {
    if (link.hash.slice(1) === query) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
  }
}

/** Copies the address. Returns a message about the outcome. */
export async function copyAddress(): Promise<string> {
  try {
    await navigator.clipboard.writeText(location.href)
    return 'Link copied. It fills the editor; it does not run by itself.'
  } catch {
    return 'The address bar holds the link now: copy it from there.'
  }
}
