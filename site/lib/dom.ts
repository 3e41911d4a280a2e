/** What an element may hold: null, undefined and false stand for nothing; strings and numbers become text. */
export type Content = Node | string | number | null | undefined | false
/** null, undefined and false leave an attribute out; true writes it without a value. */
export type Attributes = Record<string, string | number | boolean | null | undefined>

const SVG = 'http://www.w3.org/2000/svg'

/**
 * An HTML element of a document: the browser's, or linkedom's at build time, so that both render the same. Strings become text nodes, so
 * that a name from the data can never become markup.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  document: Document,
  tag: Tag,
  attributes: Attributes = {},
  ...children: Content[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children)
}

/** An SVG element, by the same rules. */
export function svgElement<Tag extends keyof SVGElementTagNameMap>(
  document: Document,
  tag: Tag,
  attributes: Attributes = {},
  ...children: Content[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS(SVG, tag), attributes, children)
}

function fill<T extends Element>(node: T, attributes: Attributes, children: Content[]): T {
  for (const name in attributes) {
    const value = attributes[name]
    if (!isNothing(value)) node.setAttribute(name, value === true ? '' : String(value))
  }
  for (const child of children) {
    if (!isNothing(child)) node.append(typeof child === 'number' ? String(child) : child)
  }
  return node
}

function isNothing(value: unknown): value is null | undefined | false {
  return value === null || value === undefined || value === false
}
