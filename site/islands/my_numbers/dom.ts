type Content = Node | string | number | null

const SVG = 'http://www.w3.org/2000/svg'

/** An element. Text becomes text nodes: what stands in a file can never become markup. */
export function el(name: string, attributes: Record<string, string> = {}, ...content: Content[]): HTMLElement {
  return fill(document.createElement(name), attributes, content)
}

/** An SVG element. */
export function svg(name: string, attributes: Record<string, string | number> = {}, ...content: Content[]): SVGElement {
  return fill(document.createElementNS(SVG, name) as SVGElement, attributes, content)
}

function fill<E extends Element>(element: E, attributes: Record<string, string | number>, content: Content[]): E {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  element.append(
    ...content.filter((part) => part !== null).map((part) => (typeof part === 'number' ? String(part) : part)),
  )
  return element
}
