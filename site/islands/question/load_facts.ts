import { type CompactMatrix, decodeMatrix } from '../../lib/matrix/codec.ts'
import type { Catalogue, Facts } from '../../lib/question/types.ts'
import { retryable } from '../../lib/retryable.ts'

/** Fetches the figures and the catalogue once; a failed fetch is retried by the next call. Their addresses are those of the root of the page. */
export function loadFacts(document: Document): () => Promise<Facts> {
  const { source, catalogue } = document.querySelector<HTMLElement>('[data-island]')!.dataset
  return retryable(async () => {
    const [matrix, names] = await Promise.all([fetchJson<CompactMatrix>(source!), fetchJson<Catalogue>(catalogue!)])
    return { matrix: decodeMatrix(matrix), catalogue: names }
  })
}

async function fetchJson<T>(address: string): Promise<T> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim())
  return (await response.json()) as T
}
