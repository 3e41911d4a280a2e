import { encodeText, hasText, type Text } from './bytes.ts'
import { endOfLine, type LineReader } from './line_reader.ts'

/**
 * What the lines that were read so far have in common: the text between one identifier or measurement and the next, as a tree.
 * Two lines of one set-up differ in nothing else, so a line that follows known branches needs no look at its keys: comparing whole
 * stretches of it takes a third of the time of reading it member by member.
 */
export class LineTrie<Leaf> {
  /** What `createLeaf` made for the last line's branch; null where the line took no branch to its end. */
  leaf: Leaf | null = null
  readonly #reader: LineReader
  #bytes: Buffer = Buffer.alloc(0)
  #view: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0))
  readonly #createLeaf: () => Leaf
  readonly #root: Node<Leaf> = createNode()
  #size = 0

  /** @param createLeaf called when a line took a new way, with the reader as that line left it */
  constructor(reader: LineReader, createLeaf: () => Leaf) {
    this.#reader = reader
    this.#createLeaf = createLeaf
  }

  /** Sets the bytes that lines are read from. */
  open(bytes: Buffer): void {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#reader.open(bytes)
  }

  /** Reads the line at `start`: along known branches, else member by member. As LineReader.read. */
  read(start: number): number {
    const end = this.#follow(start)
    if (end !== -1) return end
    const slowEnd = this.#reader.read(this.#bytes, start)
    if (slowEnd !== -1) this.#learn(start, slowEnd)
    return slowEnd
  }

  #follow(start: number): number {
    this.#reader.reset()
    let node = this.#root
    let at = start
    while (node.branches.length > 0) {
      const branch = node.branches[node.byByte[this.#bytes[at]!]!]!
      const end = this.#take(branch, at)
      if (end === -1) return -1
      if (branch.variable === LINE_END) {
        this.leaf = branch.leaf
        return endOfLine(this.#bytes, end)
      }
      node = branch.next!
      at = end
    }
    return -1
  }

  /** Where the branch's text and the value after it end; -1 where the line does not go on like that. */
  #take({ text, variable }: Branch<Leaf>, at: number): number {
    const bytes = this.#bytes
    if (!hasText(bytes, this.#view, at, text)) return -1
    const end = at + text.bytes.length
    return variable < 0 ? end : this.#reader.readVariable(bytes, end, variable)
  }

  #learn(start: number, end: number): void {
    this.leaf = this.#createLeaf()
    if (this.#size >= MOST_BRANCHES) return
    const { marks, markCount } = this.#reader
    let node = this.#root
    let at = start
    for (let i = 0; i < markCount; i += 3) {
      node = this.#grow(node, this.#copy(at, marks[i]!), marks[i + 2]!).next!
      at = marks[i + 1]!
    }
    let close = end - 1
    while (this.#bytes[close] !== CLOSE) close--
    this.#grow(node, this.#copy(at, close + 1), LINE_END).leaf = this.leaf
  }

  #copy(from: number, to: number): Uint8Array {
    return Uint8Array.from(this.#bytes.subarray(from, to))
  }

  /** The branch with this text and variable. A branch that begins alike is split where the two part, so that what is alike is compared once. */
  #grow(node: Node<Leaf>, bytes: Uint8Array, variable: number): Branch<Leaf> {
    for (const [i, branch] of node.branches.entries()) {
      const known = branch.text.bytes
      const shared = sharedLength(known, bytes)
      const isWhole = shared === known.length
      if (isWhole && shared === bytes.length && branch.variable === variable) return branch
      if (shared === 0) continue
      if (!isWhole || branch.variable !== SPLIT) node.branches[i] = this.#split(branch, shared)
      return this.#grow(node.branches[i]!.next!, bytes.slice(shared), variable)
    }
    const branch = createBranch<Leaf>(bytes, variable)
    addBranch(node, branch)
    this.#size++
    return branch
  }

  #split(branch: Branch<Leaf>, at: number): Branch<Leaf> {
    const head = createBranch<Leaf>(branch.text.bytes.slice(0, at), SPLIT)
    const rest = createBranch<Leaf>(branch.text.bytes.slice(at), branch.variable)
    addBranch(head.next!, Object.assign(rest, { next: branch.next, leaf: branch.leaf }))
    this.#size++
    return head
  }
}

function createBranch<Leaf>(bytes: Uint8Array, variable: number): Branch<Leaf> {
  return {
    text: encodeText(bytes),
    variable,
    next: variable === LINE_END ? null : createNode(),
    leaf: null,
  }
}

function createNode<Leaf>(): Node<Leaf> {
  return { branches: [], byByte: new Uint8Array(256) }
}

/** Branches of one node begin with different bytes; one whose text is empty stands for every byte that no other begins with. */
function addBranch<Leaf>(node: Node<Leaf>, branch: Branch<Leaf>): void {
  const number = node.branches.push(branch) - 1
  const [first] = branch.text.bytes
  if (first !== undefined) node.byByte[first] = number
  else
    for (let byte = 0; byte < 256; byte++)
      if (!node.branches.some(({ text }) => text.bytes[0] === byte)) node.byByte[byte] = number
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length)
  let i = 0
  while (i < most && a[i] === b[i]) i++
  return i
}

/** In place of a variable: the line ends after the text; or other texts follow it. */
const LINE_END = -1
const SPLIT = -2

const CLOSE = 125

/** A file whose lines have less in common than this is not worth a longer tree. */
const MOST_BRANCHES = 5000

interface Node<Leaf> {
  branches: Branch<Leaf>[]
  /** Number of the branch that a line with this byte takes, if any: its text is compared all the same. */
  byByte: Uint8Array
}

/** A stretch of text and the number of the identifier or measurement after it, or LINE_END or SPLIT. */
interface Branch<Leaf> {
  text: Text
  variable: number
  next: Node<Leaf> | null
  leaf: Leaf | null
}
