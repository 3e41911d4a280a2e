import { LINE_BYTES } from '../../contracts/limits.ts'
import type { PromptBucket } from '../../contracts/metrics.ts'
import { GroupCounter, type ScannedGroup } from './group_counter.ts'
import { LineReader } from './line_reader.ts'
import { LineTrie } from './line_trie.ts'
import { type Measured, promptBucket } from './measure.ts'
import type { LineForm } from './member.ts'

/** More groups than this have no room for a dense counter each. */
const DENSE_GROUPS = 500

/** Set-ups that a scanner keeps from file to file. */
const MOST_SET_UPS = 5000

/** Lines alike in every dictionary member, in groups by prompt size and, for curated lines, month. */
interface SetUp {
  texts: Int32Array
  byText: Record<string, string>
  groups: GroupCounter[]
}

const PLACES: (keyof Measured)[] = [
  'tokens_in',
  'tokens_in_cached',
  'tokens_out',
  'first_token_ms',
  'decode_time_ms',
  'total_time_ms',
  'vram_used_mb_peak',
  'power_w',
]

/**
 * Counts the lines of files of one form in groups, in one pass over their bytes: that takes a third of the time of the same checks as SQL
 * over split lines. What it learned of the form of the lines stays from file to file.
 */
export class Scanner {
  readonly #form: LineForm
  readonly #isCurated: boolean
  #reader!: LineReader
  #trie!: LineTrie<SetUp>
  #byHash!: Map<number, SetUp[]>
  #groups!: GroupCounter[]
  #setUps!: number
  readonly #line: Measured = {
    tokens_in: 0,
    tokens_in_cached: 0,
    tokens_out: 0,
    first_token_ms: 0,
    decode_time_ms: 0,
    total_time_ms: 0,
    vram_used_mb_peak: 0,
    power_w: 0,
  }
  /** Number of the key of each measurement, in the order of PLACES. */
  readonly #places: number[]

  constructor(form: LineForm) {
    this.#form = form
    this.#isCurated = form.contract === 'curated_run'
    this.#forget()
    const { keys } = this.#reader
    // A key that the contract does not have is read behind the last one, where the reader keeps NaN.
    this.#places = PLACES.map((key) => (keys.includes(key) ? keys.indexOf(key) : keys.length))
  }

  /** The groups of a file. Null as soon as one line is not as our own tools write it: then the file has to be looked at line by line. */
  scan(bytes: Buffer): ScannedGroup[] | null {
    this.#trie.open(bytes)
    const accepted = this.#countLines(bytes)
    const groups = this.#groups.filter(({ lines }) => lines > 0).map((group) => group.take())
    if (this.#setUps > MOST_SET_UPS) this.#forget()
    return accepted ? groups : null
  }

  #forget(): void {
    this.#reader = new LineReader(this.#form)
    this.#trie = new LineTrie(this.#reader, () => this.#findSetUp())
    this.#byHash = new Map()
    this.#groups = []
    this.#setUps = 0
  }

  #countLines(bytes: Buffer): boolean {
    let at = hasByteOrderMark(bytes) ? 3 : 0
    while (at < bytes.length) {
      if (bytes[at] === 10) at++
      else if (bytes[at] === 13 && bytes[at + 1] === 10) at += 2
      else {
        const end = this.#countLine(at)
        if (end === -1) return false
        at = end + 1
      }
    }
    return true
  }

  /** Counts the line at `start`; returns the place of its newline, -1 where the line is not accepted. */
  #countLine(start: number): number {
    const end = this.#trie.read(start)
    if (end === -1 || end - start > LINE_BYTES) return -1
    const line = this.#line
    this.#fillLine()
    // The one rule between measurements (contracts: EVENT_RULES); zod applies the others to the group.
    if (line.tokens_in_cached > line.tokens_in) return -1
    this.#groupOf(this.#trie.leaf!, this.#bucketOf(line.tokens_in)).count(line, this.#reader.day)
    return end
  }

  /** No task has a prompt of 0 tokens: that one ended before they were counted. A benchmark may well start from nothing. */
  #bucketOf(tokensIn: number): PromptBucket {
    return tokensIn === 0 && !this.#isCurated ? 'unknown' : promptBucket(tokensIn)
  }

  /** Written out, because a loop over names costs a third of the scan. */
  #fillLine(): void {
    const { values } = this.#reader
    const line = this.#line
    const places = this.#places
    line.tokens_in = values[places[0]!]!
    line.tokens_in_cached = values[places[1]!]!
    line.tokens_out = values[places[2]!]!
    line.first_token_ms = values[places[3]!]!
    line.decode_time_ms = values[places[4]!]!
    line.total_time_ms = values[places[5]!]!
    line.vram_used_mb_peak = values[places[6]!]!
    line.power_w = values[places[7]!]!
  }

  /** The set-up of the line that was just read member by member: a known one where only the order of its keys is new. */
  #findSetUp(): SetUp {
    const { texts, hash } = this.#reader
    const known = this.#byHash.get(hash)?.find((setUp) => isSame(setUp.texts, texts))
    if (known) return known
    const setUp = { texts: texts.slice(), byText: this.#reader.readTexts(), groups: [] }
    this.#byHash.set(hash, [...(this.#byHash.get(hash) ?? []), setUp])
    this.#setUps++
    return setUp
  }

  /** Community lines count for the month of their folder, curated ones for their own. */
  #groupOf({ groups, byText }: SetUp, bucket: PromptBucket): GroupCounter {
    const month = this.#isCurated ? Math.floor(this.#reader.day / 100) : 0
    for (const group of groups) if (group.promptBucket === bucket && group.month === month) return group
    const group = new GroupCounter(byText, bucket, month, this.#groups.length < DENSE_GROUPS)
    groups.push(group)
    this.#groups.push(group)
    return group
  }
}

/** A scanner for each form of line, made when it is first needed. */
export class ScannerSet {
  readonly #byContract = new Map<string, Scanner>()

  of(form: LineForm): Scanner {
    const known = this.#byContract.get(form.contract)
    if (known) return known
    const scanner = new Scanner(form)
    this.#byContract.set(form.contract, scanner)
    return scanner
  }
}

function hasByteOrderMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

function isSame(known: Int32Array, texts: Int32Array): boolean {
  for (let i = 0; i < texts.length; i++) if (known[i] !== texts[i]) return false
  return true
}
