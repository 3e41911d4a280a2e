/**
 * A minimal document for charts drawn at build time, with only what Plot uses: a whole DOM took half of the build time of a large site.
 * Drops style elements and style attributes, since a strict content security policy blocks both.
 */

const SVG = 'http://www.w3.org/2000/svg'

/** An element of a chart, with the part of the DOM that Plot and d3-selection use. */
export class SvgNode {
  readonly ownerDocument: SvgDocument
  readonly namespaceURI = SVG
  readonly localName: string
  readonly style = { setProperty: () => undefined, removeProperty: () => undefined }
  parentNode: SvgNode | null = null
  private readonly attributes = new Map<string, string>()
  private children: (SvgNode | string)[] = []

  constructor(ownerDocument: SvgDocument, localName: string) {
    this.ownerDocument = ownerDocument
    this.localName = localName
  }

  get tagName(): string {
    return this.localName
  }
  get nodeName(): string {
    return this.localName
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null
  }
  setAttribute(name: string, value: unknown): void {
    if (name !== 'style') this.attributes.set(name, String(value))
  }
  setAttributeNS(_space: string, name: string, value: unknown): void {
    this.setAttribute(name, value)
  }
  hasAttribute(name: string): boolean {
    return this.attributes.has(name)
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name)
  }
  removeAttributeNS(_space: string, name: string): void {
    this.removeAttribute(name)
  }

  appendChild<Child extends SvgNode | string>(child: Child): Child {
    return this.insertBefore(child, null)
  }
  append(...children: (SvgNode | string)[]): void {
    for (const child of children) this.appendChild(child)
  }
  prepend(child: SvgNode): void {
    this.insertBefore(child, this.children[0] ?? null)
  }
  insertBefore<Child extends SvgNode | string>(child: Child, before: SvgNode | string | null): Child {
    if (child instanceof SvgNode) {
      child.parentNode?.removeChild(child)
      child.parentNode = this
    }
    const at = before === null ? -1 : this.children.indexOf(before)
    if (at < 0) this.children.push(child)
    else this.children.splice(at, 0, child)
    return child
  }
  removeChild(child: SvgNode): SvgNode {
    this.children = this.children.filter((other) => other !== child)
    child.parentNode = null
    return child
  }
  remove(): void {
    this.parentNode?.removeChild(this)
  }

  get firstChild(): SvgNode | string | null {
    return this.children[0] ?? null
  }
  get textContent(): string {
    return this.children.map((child) => (typeof child === 'string' ? child : child.textContent)).join('')
  }
  set textContent(text: unknown) {
    for (const child of this.children) if (child instanceof SvgNode) child.parentNode = null
    const value = text === null || text === undefined ? '' : String(text)
    this.children = value === '' ? [] : [value]
  }

  /** Removes an attribute here and below. */
  strip(names: readonly string[]): void {
    for (const name of names) this.attributes.delete(name)
    for (const child of this.children) if (child instanceof SvgNode) child.strip(names)
  }

  get outerHTML(): string {
    if (this.localName === 'style') return ''
    const attributes = [...this.attributes].map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join('')
    const content = this.children.map((child) => (typeof child === 'string' ? escapeText(child) : child.outerHTML))
    return `<${this.localName}${attributes}>${content.join('')}</${this.localName}>`
  }
}

/** Makes the elements of one chart. */
export class SvgDocument {
  readonly documentElement: SvgNode = new SvgNode(this, 'svg')

  createElementNS(_space: string, name: string): SvgNode {
    return new SvgNode(this, name)
  }
  createElement(name: string): SvgNode {
    return new SvgNode(this, name)
  }
  createTextNode(text: string): string {
    return text
  }
}

function escapeText(text: string): string {
  if (!/[&<>]/.test(text)) return text
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function escapeAttribute(value: string): string {
  return escapeText(value).replaceAll('"', '&quot;')
}
