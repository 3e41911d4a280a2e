import { COMPARED, type Comparison } from '../../contracts/host_report.ts'
import { orderVersions } from '../../contracts/versions.ts'
import { BlockTable, type CellBudget } from './blocks.ts'
import { compareCells } from './compare.ts'
import type { ReportedTask } from './read_tasks.ts'

/** Further models and versions are not compared: their names come from requests, and have no bound. */
const MOST_TABLES = 500
/** Hours of a stratum over all tables: some 20 MB. */
const MOST_CELLS = 200_000

/** Tasks by model, engine and side: the engine's version, or whatever `sideOf` says. */
export class VersionTables {
  readonly #models = new Map<string, { model_ref: string; engine: string; sides: Map<string, BlockTable> }>()
  readonly #budget: CellBudget = { left: MOST_CELLS }
  #count = 0

  add(task: ReportedTask, at: number, side: string): void {
    const key = `${task.engine}\n${task.model_ref}`
    const entry = this.#models.get(key) ?? { model_ref: task.model_ref, engine: task.engine, sides: new Map() }
    const table = entry.sides.get(side) ?? new BlockTable(this.#budget)
    if (!entry.sides.has(side)) {
      if (this.#count >= MOST_TABLES) return
      this.#count++
      entry.sides.set(side, table)
      this.#models.set(key, entry)
    }
    table.add(task, at)
  }

  /** Each model that has both sides. */
  compare(before: string, after: string): Comparison[] {
    return [...this.#models.values()].flatMap(({ sides, ...model }) => compareSides(model, sides, before, after))
  }

  /** Each model by the last two versions of its engine that it has. */
  compareLatest(): Comparison[] {
    return [...this.#models.values()].flatMap(({ sides, ...model }) => {
      const last = lastTwo(sides.keys())
      return last === null ? [] : compareSides(model, sides, ...last)
    })
  }
}

function compareSides(
  model: Pick<Comparison, 'model_ref' | 'engine'>,
  sides: ReadonlyMap<string, BlockTable>,
  before: string,
  after: string,
): Comparison[] {
  const [own, other] = [sides.get(before), sides.get(after)]
  if (!own || !other) return []
  const changes = COMPARED.map((metric) => compareCells(metric, own.cells(metric), other.cells(metric)))
  return [{ ...model, before, after, changes }]
}

/** The last two releases, each by the last of its spellings; null if fewer than two have a place in the order. */
function lastTwo(versions: Iterable<string>): [string, string] | null {
  const ordered = orderVersions(versions).filter(({ ordinal }) => ordinal !== null)
  const releases = [...new Map(ordered.map((version) => [version.ordinal, version.version])).values()]
  const [before, after] = releases.slice(-2)
  return before !== undefined && after !== undefined ? [before, after] : null
}
