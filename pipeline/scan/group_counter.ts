import type { PromptBucket } from '../../contracts/metrics.ts'
import { decodeTps } from '../../contracts/metrics.ts'
import { BinCounter } from './bin_counter.ts'
import { countQuantities, type Measured } from './measure.ts'

/** Lines of one file that are alike but for identifiers and measurements. Travels between threads. */
export interface ScannedGroup {
  /** JSON text of each dictionary member, and `null` of each measurement that was null. */
  texts: Record<string, string>
  prompt_bucket: PromptBucket
  lines: number
  /** Bins and their counts, one after the other: see BinCounter. */
  bins: Int32Array
  vram_used_mb_max: number | null
  decode_tps_max: number | null
  /** Days, YYYY-MM-DD; null where not stated. */
  first_day: string | null
  last_day: string | null
}

/** After every day. */
export const NEVER = 99_999_999

/** A group while its lines are counted. */
export interface LineGroup {
  readonly texts: Record<string, string>
  readonly promptBucket: PromptBucket
  /** YYYYMM, or 0 where months are not told apart. */
  readonly month: number
  /** Lines counted since the last `take`. */
  readonly lines: number
  /** @param day YYYYMMDD, 0 where not stated */
  count(line: Measured, day: number): void
  /** What was counted since the last time. */
  take(): ScannedGroup
}

/** Counts the lines of a group, in JavaScript. */
export class GroupCounter implements LineGroup {
  readonly texts: Record<string, string>
  readonly promptBucket: PromptBucket
  readonly month: number
  lines = 0
  readonly #bins: BinCounter
  #vramUsedMbMax = -1
  #decodeTpsMax = -1
  #firstDay = NEVER
  #lastDay = 0

  constructor(texts: Record<string, string>, promptBucket: PromptBucket, month: number, dense: boolean) {
    this.texts = texts
    this.promptBucket = promptBucket
    this.month = month
    this.#bins = new BinCounter(dense)
  }

  count(line: Measured, day: number): void {
    this.lines++
    countQuantities(this.#bins, line)
    if (line.vram_used_mb_peak > this.#vramUsedMbMax) this.#vramUsedMbMax = line.vram_used_mb_peak
    const speed = decodeTps(line.tokens_out, line.decode_time_ms)
    if (speed > this.#decodeTpsMax) this.#decodeTpsMax = speed
    if (day === 0) return
    if (day < this.#firstDay) this.#firstDay = day
    if (day > this.#lastDay) this.#lastDay = day
  }

  take(): ScannedGroup {
    const group = {
      texts: this.texts,
      prompt_bucket: this.promptBucket,
      lines: this.lines,
      bins: this.#bins.take(),
      vram_used_mb_max: this.#vramUsedMbMax === -1 ? null : this.#vramUsedMbMax,
      decode_tps_max: this.#decodeTpsMax === -1 ? null : this.#decodeTpsMax,
      first_day: this.#lastDay === 0 ? null : formatDay(this.#firstDay),
      last_day: this.#lastDay === 0 ? null : formatDay(this.#lastDay),
    }
    this.lines = 0
    this.#vramUsedMbMax = this.#decodeTpsMax = -1
    this.#firstDay = NEVER
    this.#lastDay = 0
    return group
  }
}

/** YYYYMMDD as YYYY-MM-DD. */
export function formatDay(day: number): string {
  return String(day).replace(/(....)(..)(..)/, '$1-$2-$3')
}
