import type { ReportKey, ReportRow } from '../../contracts/host_report.ts'
import { CONCURRENCY_BUCKETS, type ConcurrencyBucket, concurrencyBucket } from '../../contracts/load.ts'
import { byVersion } from '../../contracts/versions.ts'
import { decodeOf, firstTokenOf } from './figures.ts'
import type { ReadSpan, ReportedTask } from './read_tasks.ts'
import { LogSketch } from './sketch.ts'

/** Further rows are counted in one that stands for all: names of models come from requests, and have no bound. */
const MOST_ROWS = 500
const MOST_CODES = 20
const PARTS = 24
const OTHER = 'other'

/** Figures of tasks in memory that does not grow with their number. */
export class Report {
  readonly #by: ReportKey
  readonly #span: ReadSpan
  readonly #rows = new Map<string, RowBuilder>()

  /** @param span of what the rows show over time; what came before it is part of its beginning */
  constructor(by: ReportKey, span: ReadSpan) {
    this.#by = by
    this.#span = span
  }

  add(task: ReportedTask, at: number): void {
    const { engine_version, concurrency, hour } = this.#keysOf(task, at)
    const key = `${task.model_ref}\n${task.engine}\n${engine_version}\n${concurrency}\n${hour}`
    const share = (at - this.#span.from) / (this.#span.to - this.#span.from)
    const part = Math.min(PARTS - 1, Math.max(0, Math.floor(share * PARTS) || 0))
    this.#rowOf(key, { model_ref: task.model_ref, engine: task.engine, engine_version, concurrency, hour }).add(
      task,
      part,
    )
  }

  /** By model and engine, then version, load or hour in their order. */
  rows(): ReportRow[] {
    return [...this.#rows.values()].map((row) => row.finish()).sort(compareRows)
  }

  #keysOf({ engine_version, concurrency }: ReportedTask, at: number) {
    const isPooled = this.#by === 'model' || this.#by === 'hour'
    return {
      engine_version: isPooled ? null : engine_version,
      concurrency: this.#by === 'concurrency' ? concurrencyBucket(concurrency ?? null) : null,
      hour: this.#by === 'hour' ? new Date(at).getUTCHours() : null,
    }
  }

  #rowOf(key: string, keys: RowKeys): RowBuilder {
    const isFull = this.#rows.size >= MOST_ROWS && !this.#rows.has(key)
    const [own, ownKeys] = isFull ? [OTHER, NO_KEYS] : [key, keys]
    const row = this.#rows.get(own) ?? new RowBuilder(ownKeys)
    this.#rows.set(own, row)
    return row
  }
}

type RowKeys = Pick<ReportRow, 'model_ref' | 'engine' | 'engine_version' | 'concurrency' | 'hour'>

const NO_KEYS: RowKeys = { model_ref: OTHER, engine: OTHER, engine_version: null, concurrency: null, hour: null }

class RowBuilder {
  readonly #keys: RowKeys
  readonly #counts = { tasks: 0, ok: 0, cancel: 0, error: 0, reject: 0, tokens_in: 0, tokens_out: 0 }
  readonly #codes = new Map<string, number>()
  readonly #ttft = new LogSketch()
  readonly #decode = new LogSketch()
  readonly #output = new LogSketch()
  readonly #parts = Array.from({ length: PARTS }, () => ({ sum: 0, count: 0 }))
  #vram_peak: number | null = null
  #vram_total: number | null = null

  constructor(keys: RowKeys) {
    this.#keys = keys
  }

  add(task: ReportedTask, part: number): void {
    this.#count(task)
    this.#ttft.add(firstTokenOf(task))
    this.#output.add(task.output_tps ?? Number.NaN)
    const decode = decodeOf(task)
    if (!(decode > 0)) return
    this.#decode.add(decode)
    const slot = this.#parts[part]!
    slot.sum += Math.log(decode)
    slot.count++
  }

  #count({ exit, tokens_in, tokens_out, error_code, vram_used_mb_peak, vram_total_mb }: ReportedTask): void {
    const counts = this.#counts
    counts.tasks++
    counts[exit]++
    counts.tokens_in += tokens_in
    counts.tokens_out += tokens_out
    if (vram_used_mb_peak !== null) this.#vram_peak = Math.max(this.#vram_peak ?? 0, vram_used_mb_peak)
    if (vram_total_mb !== null) this.#vram_total = Math.max(this.#vram_total ?? 0, vram_total_mb)
    if (error_code === undefined || exit === 'cancel') return
    const code = this.#codes.has(error_code) || this.#codes.size < MOST_CODES ? error_code : OTHER
    this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1)
  }

  finish(): ReportRow {
    return {
      ...this.#keys,
      ...this.#counts,
      error_codes: [...this.#codes].sort(([, a], [, b]) => b - a),
      ttft_ms_p50: this.#ttft.quantile(0.5),
      ttft_ms_p95: this.#ttft.quantile(0.95),
      decode_tps_p5: this.#decode.quantile(0.05),
      decode_tps_p50: this.#decode.quantile(0.5),
      output_tps_p50: this.#output.quantile(0.5),
      output_tps_p95: this.#output.quantile(0.95),
      vram_used_mb_peak: this.#vram_peak,
      vram_total_mb: this.#vram_total,
      decode_tps_over_time: this.#parts.map(({ sum, count }) => (count === 0 ? null : Math.exp(sum / count))),
    }
  }
}

function compareRows(a: ReportRow, b: ReportRow): number {
  return (
    compareTexts(a.model_ref, b.model_ref) ||
    compareTexts(a.engine, b.engine) ||
    byVersion(a.engine_version ?? '', b.engine_version ?? '') ||
    rank(a.concurrency) - rank(b.concurrency) ||
    (a.hour ?? 0) - (b.hour ?? 0)
  )
}

function rank(bucket: ConcurrencyBucket | null): number {
  return bucket === null ? -1 : CONCURRENCY_BUCKETS.indexOf(bucket)
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
