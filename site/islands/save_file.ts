import { element } from '../lib/dom.ts'

/** Hands the visitor a file that was made in the browser. */
export function saveFile(document: Document, name: string, type: string, content: string | Uint8Array): void {
  const part = typeof content === 'string' ? content : new Uint8Array(content)
  const address = URL.createObjectURL(new Blob([part], { type }))
  element(document, 'a', { href: address, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
