type Content = Node | string | null | undefined | false
type Attributes = Record<string, string | number | boolean | undefined>

const SVG = 'http://www.w3.org/2000/svg'

/** Makes elements of one document: the browser's, or linkedom's at build time, so that both render the same. Strings become text nodes. */
export interface Maker {
  html(tag: string, attributes?: Attributes, ...children: Content[]): HTMLElement
  svg(tag: string, attributes?: Attributes, ...children: Content[]): SVGElement
}

export function makerOf(document: Document): Maker {
  return {
    html: (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children),
    svg: (tag, attributes = {}, ...children) =>
      fill(document.createElementNS(SVG, tag) as SVGElement, attributes, children),
  }
}

function fill<T extends Element>(node: T, attributes: Attributes, children: Content[]): T {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : String(value))
  }
  for (const child of children) if (child) node.append(child)
  return node
}
