import type { Compared } from '../../contracts/host_report.ts'
import { bucketIndex } from '../../contracts/metrics.ts'
import { parseVersion } from '../../contracts/versions.ts'
import { decodeOf, firstTokenOf } from './figures.ts'
import type { ReportedTask } from './read_tasks.ts'

/** Tasks of one hour in one stratum: how many, and the sum of the natural logarithms of their figures. */
export interface Cell {
  tasks: number
  sum: number
}

/** By stratum, then by hour since 1970. */
export type Cells = ReadonlyMap<string, ReadonlyMap<number, Cell>>

/** How many further cells may be kept, shared by tables. What comes in others is not compared. */
export interface CellBudget {
  left: number
}

export const HOUR_MS = 3_600_000

/**
 * The figures of tasks by hour and stratum, in bounded memory. A stratum is what must be equal where two versions are compared: host,
 * GPU, engine, build variant, model, precision, size of the prompt and load, the last two in half octaves.
 */
export class BlockTable {
  readonly #cells: Record<Compared, Map<string, Map<number, Cell>>> = { decode_tps: new Map(), ttft_ms: new Map() }
  readonly #budget: CellBudget

  constructor(budget: CellBudget) {
    this.#budget = budget
  }

  add(task: ReportedTask, at: number): void {
    const stratum = stratumOf(task)
    const hour = Math.floor(at / HOUR_MS)
    this.#put('decode_tps', stratum, hour, decodeOf(task))
    // A first token takes as long as its prompt is: without its size there is nothing alike.
    if (task.tokens_in > 0) this.#put('ttft_ms', stratum, hour, firstTokenOf(task))
  }

  cells(metric: Compared): Cells {
    return this.#cells[metric]
  }

  /** Gives back the cells of the hours before `hour`. */
  forgetBefore(hour: number): void {
    for (const strata of Object.values(this.#cells))
      for (const [name, hours] of strata) {
        for (const known of hours.keys()) if (known < hour && hours.delete(known)) this.#budget.left++
        if (hours.size === 0) strata.delete(name)
      }
  }

  #put(metric: Compared, stratum: string, hour: number, value: number): void {
    if (!(value > 0)) return
    const hours = this.#cells[metric].get(stratum) ?? new Map<number, Cell>()
    const cell = hours.get(hour) ?? { tasks: 0, sum: 0 }
    if (cell.tasks === 0) {
      if (this.#budget.left <= 0) return
      this.#budget.left--
      hours.set(hour, cell)
      this.#cells[metric].set(stratum, hours)
    }
    cell.tasks++
    cell.sum += Math.log(value)
  }
}

function stratumOf(task: ReportedTask): string {
  const { host_id, gpu_name, gpu_count, engine, engine_version, model_ref, quantization, measurement_type } = task
  const { variant } = parsedVersion(engine_version)
  const sizes = [task.tokens_in, task.concurrency ?? 0].map(halfOctave)
  return [host_id, gpu_name, gpu_count, engine, variant, model_ref, quantization, measurement_type, ...sizes].join('\n')
}

function halfOctave(count: number): number {
  return count > 0 ? Math.round(bucketIndex(count) / 16) : -1
}

const parsed = new Map<string, ReturnType<typeof parseVersion>>()
const MOST_PARSED = 1000

/** A gateway asks for the same few versions with every task. */
function parsedVersion(version: string): ReturnType<typeof parseVersion> {
  const known = parsed.get(version)
  if (known) return known
  if (parsed.size >= MOST_PARSED) parsed.clear()
  const fresh = parseVersion(version)
  parsed.set(version, fresh)
  return fresh
}
