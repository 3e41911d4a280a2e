import type { PromptBucket } from '../../contracts/metrics.ts'
import { BUCKETS_PER_QUANTITY, QUANTITIES } from './bin_counter.ts'
import { formatDay, type LineGroup, NEVER, type ScannedGroup } from './group_counter.ts'
import { type LineFollower, PLACES } from './line_follower.ts'
import type { Measured } from './measure.ts'

/** Prompt sizes by the number that follow_lines.ts gives them. */
const BUCKET_NUMBERS: PromptBucket[] = ['unknown', 'le128', 'le512', 'le2k', 'le8k', 'le32k', 'gt32k']

/** Where the groups of a set-up lie: the address of each by number of the prompt size, 0 where there is none yet. */
export function createSetUp(follower: LineFollower): number {
  return follower.memory.allocate(4 * BUCKET_NUMBERS.length)
}

/** Layout of a group: as in follow_lines.ts. */
const FIRST_DAY = 4
const LAST_DAY = 8
const VRAM = 16
const SPEED = 24
const LOW = 32
const HIGH = 56
const BINS = 80
const GROUP_BYTES = BINS + 4 * QUANTITIES.length * BUCKETS_PER_QUANTITY

/** A group whose lines are counted by follow_lines.ts, in its memory. */
export class FollowedGroup implements LineGroup {
  readonly texts: Record<string, string>
  readonly promptBucket: PromptBucket
  readonly month = 0
  readonly #follower: LineFollower
  readonly #address: number

  constructor(follower: LineFollower, setUp: number, texts: Record<string, string>, promptBucket: PromptBucket) {
    this.texts = texts
    this.promptBucket = promptBucket
    this.#follower = follower
    this.#address = follower.memory.allocate(GROUP_BYTES)
    follower.ints[setUp / 4 + BUCKET_NUMBERS.indexOf(promptBucket)] = this.#address
    this.#reset()
  }

  get lines(): number {
    return this.#follower.ints[this.#address / 4]!
  }

  count(line: Measured, day: number): void {
    const { doubles, values, exports } = this.#follower
    for (const [i, place] of PLACES.entries()) doubles[values / 8 + i] = line[place]
    exports.countRead(this.#address, day)
  }

  take(): ScannedGroup {
    const { ints, doubles } = this.#follower
    const at = this.#address
    const vram = doubles[(at + VRAM) / 8]!
    const speed = doubles[(at + SPEED) / 8]!
    const last = ints[(at + LAST_DAY) / 4]!
    const group = {
      texts: this.texts,
      prompt_bucket: this.promptBucket,
      lines: this.lines,
      bins: this.#takeBins(),
      vram_used_mb_max: vram < 0 ? null : vram,
      decode_tps_max: speed < 0 ? null : speed,
      first_day: last === 0 ? null : formatDay(ints[(at + FIRST_DAY) / 4]!),
      last_day: last === 0 ? null : formatDay(last),
    }
    this.#reset()
    return group
  }

  /** Every bin that holds anything, and how much, one after the other. Empties them. */
  #takeBins(): Int32Array {
    const { ints } = this.#follower
    const at = this.#address / 4
    const pairs: number[] = []
    for (let quantity = 0; quantity < QUANTITIES.length; quantity++) {
      const high = ints[at + HIGH / 4 + quantity]!
      for (let bucket = ints[at + LOW / 4 + quantity]!; bucket <= high; bucket++) {
        const bin = quantity * BUCKETS_PER_QUANTITY + bucket
        const n = ints[at + BINS / 4 + bin]!
        if (n === 0) continue
        pairs.push(bin, n)
        ints[at + BINS / 4 + bin] = 0
      }
    }
    return Int32Array.from(pairs)
  }

  #reset(): void {
    const { ints, doubles } = this.#follower
    const at = this.#address
    ints.set([0, NEVER, 0], at / 4)
    doubles.set([-1, -1], (at + VRAM) / 8)
    ints.fill(BUCKETS_PER_QUANTITY, (at + LOW) / 4, (at + HIGH) / 4)
    ints.fill(-1, (at + HIGH) / 4, (at + BINS) / 4)
  }
}
