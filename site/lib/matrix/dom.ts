type Content = Node | string | null | undefined

/**
 * An element with attributes and children. Strings become text nodes, never markup, so that names from the data cannot inject anything.
 * Works on the browser's document and on linkedom's, so that the build and the browser render the same.
 */
export function element(
  document: Document,
  tag: string,
  attributes: Record<string, string | number | undefined> = {},
  ...children: Content[]
): HTMLElement {
  const node = document.createElement(tag)
  for (const name in attributes) {
    const value = attributes[name]
    if (value !== undefined && value !== '') node.setAttribute(name, String(value))
  }
  for (const child of children) if (child) node.append(child)
  return node
}
