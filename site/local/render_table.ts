import { element } from '../lib/dom.ts'

/** A table in a region of its own that scrolls where it is too wide. */
export function renderTable(
  document: Document,
  label: string,
  heads: readonly HTMLElement[],
  bodies: readonly HTMLElement[],
): HTMLElement {
  const head = element(document, 'thead', {}, element(document, 'tr', {}, ...heads))
  const table = element(document, 'table', { class: 'rows' }, head, ...bodies)
  return element(document, 'div', { class: 'scroll', role: 'region', 'aria-label': label, tabindex: '0' }, table)
}
