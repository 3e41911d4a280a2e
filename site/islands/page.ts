import { element } from '../lib/dom.ts'
import { closeMenus } from './close_menus.ts'
import { recordEarlyInput } from './early_input.ts'
import { startSearch } from './search/shortcuts.ts'

/** The interactive parts, by the `data-island` attribute of their root element. */
const ISLANDS: Record<string, () => Promise<void>> = {
  matrix: async () => (await import('./matrix.ts')).startMatrix(document),
  'which-gpu': async () => (await import('./question/which_gpu.ts')).startWhichGpu(document),
  serving: async () => (await import('./answers/serving.ts')).startServing(document),
  moved: async () => followMove(document),
  compare: async () => (await import('./answers/compare.ts')).startCompare(document),
  index: async () => (await import('./index_filter.ts')).startIndex(document),
  explore: async () => (await import('./explore/page.ts')).startExplore(document),
  'my-numbers': async () => (await import('./my_numbers/page.ts')).startMyNumbers(),
}

/** Runs on every page: starts the menus and the search of the header, and the interactive part after the first paint. */
export function startPage(): void {
  closeMenus(document)
  startSearch(document)
  const root = document.querySelector<HTMLElement>('[data-island]')
  if (!root) return
  const replay = recordEarlyInput(document.getElementById('main')!)
  firstPaint()
    .then(ISLANDS[root.dataset.island!]!)
    .then(
      () => {
        root.dataset.live = ''
        replay()
      },
      (error) => {
        root.before(noScriptNote())
        throw error
      },
    )
}

/** Goes on to where the page has moved, with the question of its address. */
function followMove(document: Document): void {
  const { target } = document.querySelector<HTMLElement>('[data-island]')!.dataset
  location.replace(`${target}${location.search}${location.hash}`)
}

function noScriptNote(): HTMLElement {
  const text = 'The script of this page could not be loaded, so its controls do nothing. Reload the page to try again.'
  return element(document, 'p', { class: 'note', role: 'alert' }, text)
}

/**
 * Resolves after the first paint, so that scripts do not compete with what is seen first. A hidden page is never painted: it resolves at
 * once.
 */
function firstPaint(): Promise<void> {
  if (document.hidden || !PerformanceObserver.supportedEntryTypes.includes('paint')) return Promise.resolve()
  return new Promise((done) => {
    const observer = new PerformanceObserver(() => {
      observer.disconnect()
      done()
    })
    observer.observe({ type: 'paint', buffered: true })
  })
}
