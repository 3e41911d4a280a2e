import { loadFacts } from './load_facts.ts'
import { startQuestion } from './page.ts'

/** Starts the page of the full ranked list. */
export function startWhichGpu(document: Document): void {
  startQuestion(document, loadFacts(document))
}
