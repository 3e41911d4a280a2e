import { encodeText, hasText, type Text } from './bytes.ts'
import type { ValueReader } from './value_reader.ts'

/** A text of a line and the number of the variable behind it; LINE_END behind the last. */
export interface Part {
  text: Uint8Array
  variable: number
}

/** In the place of a variable: the line ends after the text. */
export const LINE_END = -1
/** In the place of a variable: other texts follow. */
const SPLIT = -2

/** A file whose lines have less in common than this is not worth a larger tree. */
const MOST_BRANCHES = 5000

/**
 * The templates of the lines that were read so far, as a tree of their texts: each line of a template differs from the others in its variables
 * alone, so that following it takes a third of the time of reading it member by member.
 */
export class TemplateTree<Leaf> {
  /** Where the line that was followed last ended. */
  end = -1
  readonly #bytes: Buffer
  readonly #view: DataView<ArrayBufferLike>
  readonly #values: ValueReader
  readonly #root: Node<Leaf> = createNode()
  #size = 0

  /** @param bytes that lines are read from, with room for the longest text behind the last line */
  constructor(bytes: Buffer, values: ValueReader) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#values = values
  }

  /** What was inserted with the template of the line at `start`, whose values are read; null where no template is known. */
  follow(start: number): Leaf | null {
    this.#values.reset()
    const bytes = this.#bytes
    let at = start
    for (let node: Node<Leaf> | null = this.#root; node !== null; ) {
      const branch: Branch<Leaf> | undefined = node.only ?? node.branches[node.byByte[bytes[at]!]!]
      if (branch === undefined || !hasText(bytes, this.#view, at, branch.text)) return null
      at += branch.text.length
      const { variable } = branch
      if (variable === LINE_END) {
        this.end = at
        return branch.leaf
      }
      if (variable !== SPLIT) at = this.#values.read(at, variable)
      if (at === -1) return null
      node = branch.next
    }
    return null
  }

  /** Whether no more templates are inserted. */
  get isFull(): boolean {
    return this.#size >= MOST_BRANCHES
  }

  /** Inserts a template, unless the tree is large already. */
  insert(parts: readonly Part[], leaf: Leaf): void {
    if (this.isFull) return
    let node = this.#root
    for (const { text, variable } of parts) {
      const branch = this.#grow(node, text, variable)
      if (variable === LINE_END) branch.leaf = leaf
      else node = branch.next!
    }
  }

  /** The branch with this text and variable. A branch that begins alike is split where the two part, so that what is alike is compared once. */
  #grow(node: Node<Leaf>, bytes: Uint8Array, variable: number): Branch<Leaf> {
    for (const [i, branch] of node.branches.entries()) {
      const known = branch.text.bytes
      const shared = sharedLength(known, bytes)
      const isWhole = shared === known.length
      if (isWhole && shared === bytes.length && branch.variable === variable) return branch
      if (shared === 0) continue
      const split = isWhole && branch.variable === SPLIT ? branch : this.#split(branch, shared)
      node.branches[i] = split
      if (node.only !== null) node.only = split
      return this.#grow(split.next!, bytes.slice(shared), variable)
    }
    return this.#addBranch(node, createBranch(bytes, variable))
  }

  #split(branch: Branch<Leaf>, at: number): Branch<Leaf> {
    const head = createBranch<Leaf>(branch.text.bytes.slice(0, at), SPLIT)
    const rest = createBranch<Leaf>(branch.text.bytes.slice(at), branch.variable)
    this.#addBranch(head.next!, { ...rest, next: branch.next, leaf: branch.leaf })
    return head
  }

  /** Branches of one node begin with different bytes; one whose text is empty stands for every byte that no other begins with. */
  #addBranch(node: Node<Leaf>, branch: Branch<Leaf>): Branch<Leaf> {
    this.#size++
    const number = node.branches.push(branch) - 1
    node.only = number === 0 ? branch : null
    const [first] = branch.text.bytes
    if (first !== undefined) node.byByte[first] = number
    else {
      const others = new Set(node.branches.map(({ text }) => text.bytes[0]))
      for (let byte = 0; byte < 256; byte++) if (!others.has(byte)) node.byByte[byte] = number
    }
    return branch
  }
}

interface Node<Leaf> {
  branches: Branch<Leaf>[]
  /** Its branch, if it has a single one, as most nodes do: then no byte needs to be looked up. */
  only: Branch<Leaf> | null
  /** Number of the branch that a line with this byte takes, if any: its text is compared all the same. */
  byByte: Uint16Array
}

interface Branch<Leaf> {
  text: Text
  variable: number
  next: Node<Leaf> | null
  leaf: Leaf | null
}

function createNode<Leaf>(): Node<Leaf> {
  return { branches: [], only: null, byByte: new Uint16Array(256) }
}

function createBranch<Leaf>(bytes: Uint8Array, variable: number): Branch<Leaf> {
  return { text: encodeText(bytes), variable, next: variable === LINE_END ? null : createNode(), leaf: null }
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length)
  let i = 0
  while (i < most && a[i] === b[i]) i++
  return i
}
