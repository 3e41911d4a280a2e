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

/** Numbers of a cell of both metrics: tasks and sum of each. */
const CELL_NUMBERS = 4
const PLACES: Record<Compared, number> = { decode_tps: 0, ttft_ms: 2 }

/** The strata of one configuration: by the sizes of prompt and load, then by hour, where its numbers are. */
interface Configuration {
  task: ReportedTask
  strata: Map<number, Map<number, number>>
}

/**
 * The figures of tasks by hour and stratum, in bounded memory. A stratum is what must be equal where two versions are compared: host,
 * GPU, engine, build variant, model, precision, size of the prompt and load, the last two in half octaves.
 */
export class BlockTable {
  readonly #configurations = new Map<string, Configuration>()
  readonly #budget: CellBudget
  readonly #numbers: number[] = []
  /** Places of cells that are no longer used. */
  readonly #free: number[] = []
  /** That of the last task, which most often is that of the next one, too. */
  #last: Configuration | null = null

  constructor(budget: CellBudget) {
    this.#budget = budget
  }

  add(task: ReportedTask, at: number): void {
    const decode = decodeOf(task)
    // A first token takes as long as its prompt is: without its size there is nothing alike.
    const firstToken = task.tokens_in > 0 ? firstTokenOf(task) : Number.NaN
    if (!(decode > 0 || firstToken > 0)) return
    const cell = this.#cellOf(task, Math.floor(at / HOUR_MS))
    if (cell === null) return
    this.#count(cell + PLACES.decode_tps, decode)
    this.#count(cell + PLACES.ttft_ms, firstToken)
  }

  /** A copy of the figures of one metric. */
  cells(metric: Compared): Cells {
    const cells = new Map<string, Map<number, Cell>>()
    for (const [name, { strata }] of this.#configurations)
      for (const [size, hours] of strata) {
        const known = new Map<number, Cell>()
        for (const [hour, cell] of hours) {
          const at = cell + PLACES[metric]
          const tasks = this.#numbers[at]!
          if (tasks > 0) known.set(hour, { tasks, sum: this.#numbers[at + 1]! })
        }
        if (known.size > 0) cells.set(`${name}\n${size}`, known)
      }
    return cells
  }

  /** Gives back the cells of the hours before `hour`. */
  forgetBefore(hour: number): void {
    for (const { strata } of this.#configurations.values())
      for (const [size, hours] of strata) {
        for (const [known, cell] of hours) if (known < hour && hours.delete(known)) this.#release(cell)
        if (hours.size === 0) strata.delete(size)
      }
  }

  /** Where the numbers of a cell are; null if there is no room for another one. */
  #cellOf(task: ReportedTask, hour: number): number | null {
    const { strata } = this.#configurationOf(task)
    const size = halfOctave(task.tokens_in) * SIZES + halfOctave(task.concurrency ?? 0)
    const hours = strata.get(size)
    const known = hours?.get(hour)
    if (known !== undefined) return known
    if (this.#budget.left <= 0) return null
    const cell = this.#take()
    if (hours === undefined) strata.set(size, new Map([[hour, cell]]))
    else hours.set(hour, cell)
    return cell
  }

  #take(): number {
    this.#budget.left--
    const cell = this.#free.pop() ?? this.#numbers.length
    for (let at = 0; at < CELL_NUMBERS; at++) this.#numbers[cell + at] = 0
    return cell
  }

  #release(cell: number): void {
    this.#budget.left++
    this.#free.push(cell)
  }

  #count(at: number, value: number): void {
    if (!(value > 0)) return
    this.#numbers[at]! += 1
    this.#numbers[at + 1]! += Math.log(value)
  }

  #configurationOf(task: ReportedTask): Configuration {
    if (this.#last !== null && isAlike(this.#last.task, task)) return this.#last
    const name = nameOf(task)
    const configuration = this.#configurations.get(name) ?? { task, strata: new Map() }
    this.#configurations.set(name, configuration)
    this.#last = { task, strata: configuration.strata }
    return this.#last
  }
}

const NAMING = [
  ...(['host_id', 'gpu_name', 'gpu_count', 'engine', 'engine_version', 'model_ref', 'quantization'] as const),
  'measurement_type',
] as const

function isAlike(a: ReportedTask, b: ReportedTask): boolean {
  for (const name of NAMING) if (a[name] !== b[name]) return false
  return true
}

/** Of versions only the build variant tells. */
function nameOf(task: ReportedTask): string {
  return NAMING.map((name) =>
    name === 'engine_version' ? parseVersion(task.engine_version).variant : task[name],
  ).join('\n')
}

/** More than there are half octaves. */
const SIZES = 1000

function halfOctave(count: number): number {
  return count > 0 ? Math.round(bucketIndex(count) / 16) : -1
}
