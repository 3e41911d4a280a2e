import type { LineFollower } from './line_follower.ts'
import type { RunSpec } from './text_matcher.ts'

/** What follows a stretch of text: as in follow_lines.ts. */
const LINE_END = 0
const SPLIT = 1
const NUMBER = 2
const RUN = 3
const DAY = 4

/** What an identifier or measurement looks like to follow_lines.ts. */
export type Variable =
  | { kind: 'number'; place: number; real: boolean; min: number; max: number }
  | { kind: 'run'; spec: RunSpec; isId: boolean }
  | { kind: 'day' }

/** Layout of nodes and branches: as in follow_lines.ts. */
const NODE_BRANCHES = 256
const MOST_BRANCHES_OF_NODE = 97
const NODE_BYTES = NODE_BRANCHES + 4 * MOST_BRANCHES_OF_NODE
const BRANCH_BYTES = 40

/** A tree with more branches than this is not worth growing: then lines have little in common. */
const MOST_BRANCHES = 5000

interface Node {
  address: number
  branches: Branch[]
}

/** A stretch of text and the number of the variable after it, or LINE_ENDS or PARTS. */
interface Branch {
  address: number
  text: Uint8Array
  variable: number
  next: Node | null
}

const LINE_ENDS = -1
const PARTS = -2

/**
 * What the lines that were read so far have in common: the text between one identifier or measurement and the next, as a tree in the memory of
 * follow_lines.ts. Two lines of one set-up differ in nothing else, so a line that follows known branches needs no look at its keys.
 */
export class KnownLines {
  readonly #follower: LineFollower
  readonly #variables: readonly Variable[]
  readonly #root: Node
  #size = 0

  /** @param variables by number of the key; only numbers of identifiers and measurements are looked up */
  constructor(follower: LineFollower, variables: readonly Variable[]) {
    this.#follower = follower
    this.#variables = variables
    this.#root = this.#createNode()
  }

  /**
   * Remembers the line from `start` to `end` (behind its closing brace). `marks` holds start, end and number of the key of each identifier and
   * measurement, one after the other. `setUp` is where its groups lie.
   */
  learn(start: number, end: number, marks: Int32Array, markCount: number, setUp: number): void {
    if (this.#size >= MOST_BRANCHES) return
    let node = this.#root
    let at = start
    for (let i = 0; i < markCount; i += 3) {
      node = this.#grow(node, this.#copy(at, marks[i]!), marks[i + 2]!).next!
      at = marks[i + 1]!
    }
    const last = this.#grow(node, this.#copy(at, end), LINE_ENDS)
    this.#follower.ints[(last.address + 12) >> 2] = setUp
    this.#follower.exports.setRoot(this.#root.address)
  }

  #copy(from: number, to: number): Uint8Array {
    return Uint8Array.from(this.#follower.bytes.subarray(from, to))
  }

  /** The branch with this text and variable. A branch that begins alike is split where the two part, so that what is alike is compared once. */
  #grow(node: Node, text: Uint8Array, variable: number): Branch {
    for (const [i, branch] of node.branches.entries()) {
      const shared = sharedLength(branch.text, text)
      const isWhole = shared === branch.text.length
      if (isWhole && shared === text.length && branch.variable === variable) return branch
      if (shared === 0) continue
      if (!isWhole || branch.variable !== PARTS) this.#split(node, i, shared)
      return this.#grow(node.branches[i]!.next!, text.slice(shared), variable)
    }
    const branch = this.#createBranch(text, variable, variable === LINE_ENDS ? null : this.#createNode())
    this.#addBranch(node, branch)
    return branch
  }

  /** Puts a branch with the first bytes of the text in the place of branch `i`, and the rest below it. */
  #split(node: Node, i: number, at: number): void {
    const branch = node.branches[i]!
    const setUp = this.#follower.ints[(branch.address + 12) >> 2]!
    const below = this.#createNode()
    const rest = this.#createBranch(branch.text.slice(at), branch.variable, branch.next)
    this.#follower.ints[(rest.address + 12) >> 2] = setUp
    this.#addBranch(below, rest)
    node.branches[i] = this.#createBranch(branch.text.slice(0, at), PARTS, below)
    this.#follower.ints[(node.address + NODE_BRANCHES) / 4 + i] = node.branches[i]!.address
  }

  #createNode(): Node {
    return { address: this.#follower.memory.allocate(NODE_BYTES), branches: [] }
  }

  #createBranch(text: Uint8Array, variable: number, next: Node | null): Branch {
    const follower = this.#follower
    const address = follower.memory.allocate(BRANCH_BYTES)
    const at = address >> 2
    const textAddress = follower.store(text)
    follower.ints.set([textAddress, text.length, SPLIT, next?.address ?? 0], at)
    if (variable === LINE_ENDS) follower.ints[at + 2] = LINE_END
    else if (variable !== PARTS) this.#storeVariable(address, this.#variables[variable]!)
    this.#size++
    return { address, text, variable, next }
  }

  #storeVariable(address: number, variable: Variable): void {
    const follower = this.#follower
    const at = address >> 2
    if (variable.kind === 'day') follower.ints[at + 2] = DAY
    else if (variable.kind === 'number') {
      follower.ints.set([NUMBER, follower.ints[at + 3]!, 8 * variable.place, Number(variable.real)], at + 2)
      follower.doubles.set([variable.min, variable.max], address / 8 + 3)
    } else {
      const { prefix, least, most, optional } = variable.spec
      const text = follower.store(new TextEncoder().encode(prefix))
      const next = follower.ints[at + 3]!
      follower.ints.set([RUN, next, text, prefix.length, least, most, optional, Number(variable.isId)], at + 2)
    }
  }

  /** Branches of one node begin with different bytes; one whose text is empty stands for every byte that no other begins with. */
  #addBranch(node: Node, branch: Branch): void {
    const number = node.branches.push(branch) - 1
    this.#follower.ints[(node.address + NODE_BRANCHES) / 4 + number] = branch.address
    const first = branch.text[0]
    const bytes = first === undefined ? Array.from({ length: 256 }, (_, byte) => byte) : [first]
    const taken = new Set(node.branches.slice(0, number).map(({ text }) => text[0]))
    for (const byte of bytes) if (!taken.has(byte)) this.#follower.bytes[node.address + byte] = number
  }
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length)
  let i = 0
  while (i < most && a[i] === b[i]) i++
  return i
}
