import { type ExploreState, readAddress, writeAddress } from '../../lib/explore/address.ts'

interface Options {
  document: Document
  /** The questions, as links to queries. */
  questions: HTMLElement
  /** The part of the page whose links lead to queries. */
  library: HTMLElement
  /** Called when the address comes to hold a query. */
  onQuery: (sql: string, shown: Omit<ExploreState, 'sql'>) => void
}

export interface PageAddress {
  /** Puts a state into the address, in place of the one there. */
  keep(state: ExploreState): void
  /** Reads the address as it is now. */
  read(): void
}

/** The fragment of the page's address: links and the back button fill the editor, and what was run can be shared. */
export function startAddress({ document, questions, library, onQuery }: Options): PageAddress {
  const read = () => {
    const { sql, ...shown } = readAddress(location.hash)
    if (sql === null) return
    markCurrent(questions)
    onQuery(sql, shown)
  }
  document.defaultView?.addEventListener('hashchange', read)
  // A link to where the address is already changes nothing by itself, though the text may have been changed.
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

/** Marks the question whose query the address holds. */
function markCurrent(questions: HTMLElement): void {
  const query = location.hash.slice(1).split('&')[0]
  for (const link of questions.querySelectorAll('a')) {
    if (link.hash.slice(1) === query) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
  }
}

/** Copies the address; what came of it, in words. */
export async function copyAddress(): Promise<string> {
  try {
    await navigator.clipboard.writeText(location.href)
    return 'Link copied. It fills the editor; it does not run by itself.'
  } catch {
    return 'The address bar holds the link now: copy it from there.'
  }
}
