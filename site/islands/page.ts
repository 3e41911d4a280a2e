import { element } from '../lib/dom.ts'
import { closeMenus } from './close_menus.ts'
import { keepEarlyInput } from './early_input.ts'

/** The interactive parts, by the value of `data-island` on the element that each of them makes live. */
const ISLANDS: Record<string, () => Promise<void>> = {
  matrix: async () => (await import('./matrix.ts')).startMatrix(document),
  'which-gpu': async () => (await import('./answers/which_gpu.ts')).startWhichGpu(document),
  cost: async () => (await import('./answers/cost.ts')).startCost(document),
  pairs: async () => (await import('./answers/pairs.ts')).startPairPicker(document),
  index: async () => (await import('./index_filter.ts')).startIndex(document),
  explore: async () => (await import('./explore/page.ts')).startExplore(document),
  'my-numbers': async () => (await import('./my_numbers/page.ts')).startMyNumbers(),
}

/** Runs on every page: the menus of its header, and its interactive part once the page is on the screen. */
export function startPage(): void {
  closeMenus(document)
  const root = document.querySelector<HTMLElement>('[data-island]')
  if (!root) return
  const replay = keepEarlyInput(document.getElementById('main')!)
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

function noScriptNote(): HTMLElement {
  const text = 'The script of this page could not be loaded, so its controls do nothing. Reload the page to try again.'
  return element(document, 'p', { class: 'note', role: 'alert' }, text)
}

/**
 * Resolves once the page has been painted, so that the network brings first what is seen first. A hidden page is not painted and waits for
 * nothing.
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
