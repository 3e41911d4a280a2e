import type { ConcurrencyBucket } from '../../contracts/load.ts'
import type { PromptBucket } from '../../contracts/metrics.ts'
import { BinCounter } from './bin_counter.ts'
import {
  countQuantities,
  type FixedMembers,
  type Measurements,
  type Timing,
  timingOf,
  VRAM_USED_MB_PEAK,
} from './measure.ts'

interface GroupNames {
  fixed: FixedMembers
  prompt_bucket: PromptBucket
  concurrency_bucket: ConcurrencyBucket
}

/** Lines of one file that are alike but for identifiers and measurements. Travels between threads. */
export interface ScannedGroup extends GroupNames {
  lines: number
  /** Bins and their counts, one after the other: see BinCounter. */
  bins: Int32Array
  vram_used_mb_max: number | null
  decode_tps_max: number | null
  /** Days, YYYY-MM-DD. */
  first_day: string
  last_day: string
}

const NEVER = 99_999_999

/** A group while its lines are counted. */
export class GroupCounter {
  readonly #names: GroupNames
  /** Lines counted since the last `take`. */
  lines = 0
  readonly #bins = new BinCounter()
  readonly #timing: Timing
  #vramUsedMbMax = -1
  #decodeTpsMax = -1
  #firstDay = NEVER
  #lastDay = 0

  constructor(names: GroupNames) {
    this.#names = names
    this.#timing = timingOf(names.fixed)
  }

  /** @param day YYYYMMDD */
  count(line: Measurements, day: number): void {
    this.lines++
    const speed = countQuantities(this.#bins, line, this.#timing)
    if (speed > this.#decodeTpsMax) this.#decodeTpsMax = speed
    const vram = line[VRAM_USED_MB_PEAK]!
    if (vram > this.#vramUsedMbMax) this.#vramUsedMbMax = vram
    if (day < this.#firstDay) this.#firstDay = day
    if (day > this.#lastDay) this.#lastDay = day
  }

  /** What was counted since the last time. */
  take(): ScannedGroup {
    const group = {
      ...this.#names,
      lines: this.lines,
      bins: this.#bins.take(),
      vram_used_mb_max: this.#vramUsedMbMax === -1 ? null : this.#vramUsedMbMax,
      decode_tps_max: this.#decodeTpsMax === -1 ? null : this.#decodeTpsMax,
      first_day: formatDay(this.#firstDay),
      last_day: formatDay(this.#lastDay),
    }
    this.lines = 0
    this.#vramUsedMbMax = this.#decodeTpsMax = -1
    this.#firstDay = NEVER
    this.#lastDay = 0
    return group
  }
}

function formatDay(day: number): string {
  const digits = String(day)
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
}
