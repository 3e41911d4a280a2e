import type { CDPSession, Page } from '@playwright/test'

/** A node of the tree that the browser gives to screen readers. */
export interface AxNode {
  role: string
  name: string
  value: string
  backendNodeId: number
  children: AxNode[]
}

interface RawNode {
  nodeId: string
  ignored: boolean
  role?: { value: string }
  name?: { value: string }
  value?: { value: unknown }
  backendDOMNodeId?: number
  childIds?: string[]
}

/** Reads and acts through the accessibility tree of the browser alone, as a screen reader does: no selector, no look at the page. */
export class AxTree {
  private readonly page: Page
  private readonly session: CDPSession

  private constructor(page: Page, session: CDPSession) {
    this.page = page
    this.session = session
  }

  static async of(page: Page): Promise<AxTree> {
    const session = await page.context().newCDPSession(page)
    await session.send('Accessibility.enable')
    return new AxTree(page, session)
  }

  /** The nodes that are not ignored, in reading order; ignored ones are replaced by their children. */
  async read(): Promise<AxNode> {
    const { nodes } = (await this.session.send('Accessibility.getFullAXTree')) as unknown as { nodes: RawNode[] }
    const byId = new Map(nodes.map((node) => [node.nodeId, node]))
    const build = (raw: RawNode): AxNode[] => {
      const children = (raw.childIds ?? []).flatMap((id) => (byId.has(id) ? build(byId.get(id)!) : []))
      return raw.ignored ? children : [toNode(raw, children)]
    }
    return build(nodes[0]!)[0]!
  }

  /** Waits for the first node of one of the roles (a browser may call the same thing by two names) with the name. */
  async find(roles: string | readonly string[], name: RegExp | string): Promise<AxNode> {
    const until = Date.now() + 60_000
    for (;;) {
      const found = descendants(await this.read()).find((node) => roles.includes(node.role) && matches(node.name, name))
      if (found) return found
      if (Date.now() > until) throw new Error(`no ${roles} named ${name} in the accessibility tree`)
      await this.page.waitForTimeout(200)
    }
  }

  /** What a screen reader does to write into a field. */
  async write(node: AxNode, text: string): Promise<void> {
    await this.session.send('DOM.focus', { backendNodeId: node.backendNodeId })
    await this.page.keyboard.type(text)
  }

  /** What a screen reader does to activate a link or a button. */
  async activate(node: AxNode): Promise<void> {
    const { object } = await this.session.send('DOM.resolveNode', { backendNodeId: node.backendNodeId })
    await this.session.send('Runtime.callFunctionOn', {
      objectId: object.objectId!,
      functionDeclaration: 'function () { this.click() }',
    })
  }
}

function toNode(raw: RawNode, children: AxNode[]): AxNode {
  return {
    role: raw.role?.value ?? '',
    name: raw.name?.value ?? '',
    value: String(raw.value?.value ?? ''),
    backendNodeId: raw.backendDOMNodeId ?? 0,
    children,
  }
}

const matches = (name: string, wanted: RegExp | string) =>
  typeof wanted === 'string' ? name === wanted : wanted.test(name)

/** All nodes below one, in reading order. */
export function descendants(node: AxNode): AxNode[] {
  return node.children.flatMap((child) => [child, ...descendants(child)])
}

/** All text that a screen reader reads below a node. */
export function textOf(node: AxNode): string {
  const own = node.role === 'StaticText' ? [node.name] : []
  return [...own, ...node.children.map(textOf)].join(' ').replace(/\s+/g, ' ').trim()
}
