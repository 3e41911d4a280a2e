import { LINE_BYTES } from '../../contracts/limits.ts'
import type { PromptBucket } from '../../contracts/metrics.ts'
import { promptBucket } from '../../contracts/metrics.ts'
import { createSetUp, FollowedGroup } from './followed_lines.ts'
import { GroupCounter, type LineGroup, type ScannedGroup } from './group_counter.ts'
import { KnownLines, type Variable } from './known_lines.ts'
import { LineFollower, PLACES } from './line_follower.ts'
import { LineReader } from './line_reader.ts'
import type { Measured } from './measure.ts'
import type { LineForm, Member } from './member.ts'
import { hexRun } from './text_matcher.ts'

/** What a scan makes of a file. */
export interface ScannedFile {
  groups: ScannedGroup[]
  /** A hash of each sample's id, line by line; empty for curated files, whose rows have none. */
  ids: BigUint64Array<ArrayBuffer>
}

/** More groups than this have no room for a dense counter each. */
const DENSE_GROUPS = 500

/** Set-ups that a scanner keeps from file to file. */
const MOST_SET_UPS = 5000

/** Bytes that are scanned at once: as many as stay in a processor's cache. */
const CHUNK_BYTES = 1_000_000
const INPUT_BYTES = CHUNK_BYTES + 2 * LINE_BYTES
/** No line is shorter. */
const SHORTEST_LINE = 64

const NEWLINE = 10
const RETURN = 13
const DAYS_FROM = 20_000_000

/** Lines alike in every dictionary member, in groups by prompt size and, for curated lines, month. */
interface SetUp {
  texts: Int32Array
  byText: Record<string, string>
  groups: LineGroup[]
  /** Where follow_lines.ts finds the groups. */
  address: number
}

/** Places of all measurements that are counted. */
const MEASURED: (keyof Measured)[] = [...PLACES, 'total_time_ms', 'power_w']

/**
 * Counts the lines of files of one form in groups, in one pass over their bytes. Lines like earlier ones are followed by compiled code
 * (follow_lines.ts); others are read member by member (line_reader.ts), which takes ten times as long. What a scanner learned of the form of
 * lines stays from file to file.
 *
 * For each file: `begin`, then `room` and `add` for each piece of it, then `end`.
 */
export class Scanner {
  readonly #form: LineForm
  readonly #isCurated: boolean
  readonly #seed: bigint
  /** Number of the key of each measurement, in the order of MEASURED. */
  readonly #places: number[]
  readonly #idKey: number
  readonly #line: Measured
  #follower!: LineFollower
  #known: KnownLines | null = null
  #reader!: LineReader
  #byHash!: Map<number, SetUp[]>
  #groups!: LineGroup[]
  #setUps!: number
  /** Addresses of the input and of the ids of its lines. */
  #input!: number
  #idsAt!: number
  #moves = -1
  /** Bytes of the input that are not scanned yet. */
  #filled = 0
  #isFirst = true
  #isAccepted = true
  #ids: BigUint64Array[] = []

  /** @param seed of the hashes of ids: whoever does not know it cannot make two ids look alike */
  constructor(form: LineForm, seed = 0n) {
    this.#form = form
    this.#isCurated = form.contract === 'curated_run'
    this.#seed = seed
    this.#forget()
    const { keys } = this.#reader
    // A key that the contract does not have is read behind the last one, where the reader keeps NaN.
    this.#places = MEASURED.map((key) => (keys.includes(key) ? keys.indexOf(key) : keys.length))
    this.#idKey = keys.indexOf('job_id')
    this.#line = Object.fromEntries(MEASURED.map((key) => [key, Number.NaN])) as unknown as Measured
  }

  /** The groups of a whole file. Null as soon as one line is not as our own tools write it: then the file has to be looked at line by line. */
  scan(bytes: Uint8Array): ScannedFile | null {
    this.begin()
    for (let at = 0; at < bytes.length; ) {
      const room = this.room()
      const piece = bytes.subarray(at, at + room.length)
      room.set(piece)
      if (!this.add(piece.length)) break
      at += piece.length
    }
    return this.end()
  }

  begin(): void {
    this.#filled = 0
    this.#isFirst = true
    this.#isAccepted = true
    this.#ids = []
  }

  /** Where the next piece of the file goes. */
  room(): Buffer {
    return this.#follower.bytes.subarray(this.#input + this.#filled, this.#input + INPUT_BYTES - 1)
  }

  /** Scans the lines that `length` more bytes in the room complete. False where one was not accepted: the rest need not be read. */
  add(length: number): boolean {
    const end = this.#input + this.#filled + length
    const lines = this.#follower.bytes.subarray(this.#input, end).lastIndexOf(NEWLINE) + 1
    this.#scanTo(this.#input + lines)
    this.#follower.bytes.copyWithin(this.#input, this.#input + lines, end)
    this.#filled = end - this.#input - lines
    if (this.#filled > LINE_BYTES) this.#isAccepted = false
    return this.#isAccepted
  }

  /** What the file held, or null where a line was not accepted. */
  end(): ScannedFile | null {
    if (this.#isAccepted && this.#filled > 0) {
      this.#follower.bytes[this.#input + this.#filled] = NEWLINE
      this.#scanTo(this.#input + this.#filled + 1)
    }
    const groups = this.#groups.filter(({ lines }) => lines > 0).map((group) => group.take())
    if (this.#setUps > MOST_SET_UPS) this.#forget()
    return this.#isAccepted ? { groups, ids: concat(this.#ids) } : null
  }

  #forget(): void {
    this.#follower = new LineFollower(this.#seed)
    this.#input = this.#follower.memory.allocate(INPUT_BYTES)
    this.#idsAt = this.#follower.memory.allocate((8 * INPUT_BYTES) / SHORTEST_LINE)
    this.#reader = new LineReader(this.#form)
    this.#known = this.#isCurated
      ? null
      : new KnownLines(this.#follower, [...this.#form.required, ...this.#form.optional].map(toVariable))
    this.#moves = -1
    this.#byHash = new Map()
    this.#groups = []
    this.#setUps = 0
  }

  /** Scans whole lines from the start of the input to `end`. */
  #scanTo(end: number): void {
    const { exports } = this.#follower
    exports.setIds(this.#idsAt)
    let at = this.#input
    if (this.#isFirst && end > at) {
      if (hasByteOrderMark(this.#follower.bytes, at)) at += 3
      this.#isFirst = false
    }
    while (at < end && this.#isAccepted) {
      at = exports.followLines(at, end)
      if (at < end) at = this.#readLine(at)
    }
    this.#ids.push(new BigUint64Array(this.#follower.memory.buffer.slice(this.#idsAt, exports.idsEnd())))
  }

  /** Reads and counts the line at `start` member by member; returns where the next one begins. */
  #readLine(start: number): number {
    const { bytes } = this.#follower
    if (bytes[start] === NEWLINE) return start + 1
    if (bytes[start] === RETURN && bytes[start + 1] === NEWLINE) return start + 2
    this.#openReader()
    const end = this.#reader.read(bytes, start)
    this.#fillLine()
    // The one rule between measurements (contracts: EVENT_RULES); zod applies the others to the group.
    const isAccepted = end !== -1 && end - start <= LINE_BYTES && !(this.#line.tokens_in_cached > this.#line.tokens_in)
    if (isAccepted) this.#countLine(start, end)
    this.#isAccepted = isAccepted
    return end + 1
  }

  #openReader(): void {
    if (this.#moves === this.#follower.moves) return
    this.#reader.open(this.#follower.bytes)
    this.#moves = this.#follower.moves
  }

  #countLine(start: number, end: number): void {
    const { day, marks, markCount } = this.#reader
    const setUp = this.#findSetUp()
    this.#groupOf(setUp, this.#bucketOf(this.#line.tokens_in)).count(this.#line, day)
    if (this.#isCurated) return
    this.#follower.bytes[this.#follower.days + day - DAYS_FROM] = 1
    this.#keepId()
    this.#known?.learn(start, this.#follower.bytes.lastIndexOf(CLOSE, end) + 1, marks, markCount, setUp.address)
  }

  #keepId(): void {
    const { marks, markCount } = this.#reader
    const { exports, memory } = this.#follower
    let at = 0
    while (at < markCount && marks[at + 2] !== this.#idKey) at += 3
    const place = exports.idsEnd()
    // Between the quotes.
    new BigUint64Array(memory.buffer)[place / 8] = BigInt.asUintN(
      64,
      exports.hashId(marks[at]! + 1, marks[at + 1]! - 1),
    )
    exports.setIds(place + 8)
  }

  #fillLine(): void {
    const { values } = this.#reader
    for (const [i, key] of MEASURED.entries()) this.#line[key] = values[this.#places[i]!]!
  }

  /** The set-up of the line that was just read: a known one where only the order of its keys or its numbers are new. */
  #findSetUp(): SetUp {
    const { texts, hash } = this.#reader
    const known = this.#byHash.get(hash)?.find((setUp) => isSame(setUp.texts, texts))
    if (known) return known
    const address = createSetUp(this.#follower)
    const setUp = { texts: texts.slice(), byText: this.#reader.readTexts(), groups: [], address }
    this.#byHash.set(hash, [...(this.#byHash.get(hash) ?? []), setUp])
    this.#setUps++
    return setUp
  }

  /** Community lines count for the month of their folder, curated ones for their own. */
  #groupOf({ groups, byText, address }: SetUp, bucket: PromptBucket): LineGroup {
    const month = this.#isCurated ? Math.floor(this.#reader.day / 100) : 0
    for (const group of groups) if (group.promptBucket === bucket && group.month === month) return group
    const isDense = this.#groups.length < DENSE_GROUPS
    const group =
      isDense && !this.#isCurated
        ? new FollowedGroup(this.#follower, address, byText, bucket)
        : new GroupCounter(byText, bucket, month, isDense)
    groups.push(group)
    this.#groups.push(group)
    return group
  }

  /** No task has a prompt of 0 tokens: that one ended before they were counted. A benchmark may well start from nothing. */
  #bucketOf(tokensIn: number): PromptBucket {
    return tokensIn === 0 && !this.#isCurated ? 'unknown' : promptBucket(tokensIn)
  }
}

/** A scanner for each form of line, made when it is first needed. */
export class ScannerSet {
  readonly #seed: bigint
  readonly #byContract = new Map<string, Scanner>()

  constructor(seed: bigint) {
    this.#seed = seed
  }

  of(form: LineForm): Scanner {
    const known = this.#byContract.get(form.contract)
    if (known) return known
    const scanner = new Scanner(form, this.#seed)
    this.#byContract.set(form.contract, scanner)
    return scanner
  }
}

const CLOSE = 125

/** What an identifier or measurement looks like to follow_lines.ts. Throws TypeError where it does not know its like. */
function toVariable(member: Member): Variable {
  if (member.role === 'whole' || member.role === 'real') {
    const place = (PLACES as readonly string[]).indexOf(member.key)
    // Behind the last place: what is measured and not counted.
    return {
      kind: 'number',
      place: place === -1 ? PLACES.length : place,
      real: member.role === 'real',
      min: member.min,
      max: member.max,
    }
  }
  if (member.key === 'ts') return { kind: 'day' }
  const spec = member.role === 'identifier' ? hexRun(member.pattern) : { prefix: '', least: 0, most: 0, optional: 0 }
  if (spec === null) throw new TypeError(`${member.key}: expected hexadecimal digits, which follow_lines.ts can read`)
  return { kind: 'run', spec, isId: member.key === 'job_id' }
}

function concat(parts: BigUint64Array[]): BigUint64Array<ArrayBuffer> {
  const whole = new BigUint64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function hasByteOrderMark(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf
}

function isSame(known: Int32Array, texts: Int32Array): boolean {
  for (let i = 0; i < texts.length; i++) if (known[i] !== texts[i]) return false
  return true
}
