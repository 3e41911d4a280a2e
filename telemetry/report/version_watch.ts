import { setTimeout as sleep } from 'node:timers/promises'
import { type Change, COMPARED, type Compared, type Comparison } from '../../contracts/host_report.ts'
import { BlockTable, type CellBudget, HOUR_MS } from './blocks.ts'
import { compareInSteps } from './compare.ts'
import { type ReportedTask, readTasks } from './read_tasks.ts'

/** Figures that an update of an engine has changed. */
export interface UpdateVerdict extends Comparison {
  /** Hours in which the new version has run tasks of the model. */
  hours: number
}

/** Models that are followed; of more, those that are in use. */
const MOST_MODELS = 50
/** Versions of a model's engine that are kept, the last used ones. */
const MOST_SIDES = 3
/** Hours of strata over all models: some 3 MB. */
const MOST_CELLS = 20_000
/** Of each version, its last hours are kept; fewer if there is no room. */
const KEPT_HOURS = 168
const LEAST_KEPT_HOURS = 24
/** Tasks that wait until the history is read; of more, those to come. */
const MOST_HELD = 5000
const NO_VERSION = 'unknown'
/**
 * When the new version is compared with the one before, in hours in which it ran. Whoever looks every hour will at some time see what is not
 * there; in simulations (tests/telemetry/report), with two looks in a row that have to agree, an unchanged host that drifts was called
 * slower or faster in 0.5 % of 750 updates by one metric; one that became slower by a tenth was called so after nine hours, half of the time.
 */
export const LOOK_HOURS = [6, 9, 14, 21, 32, 48, 72, 108, 162] as const
/** Reading what was recorded before the start takes this share of the time. */
const READ_SHARE = 0.2

/**
 * Notices that an engine runs in a new version, and compares it with the version before, on the tasks of this process and those that the
 * buffer has of the time before it. Memory is bounded, and the event loop is never held for long.
 */
export class VersionWatch {
  readonly #models = new Map<string, WatchedModel>()
  readonly #budget: CellBudget = { left: MOST_CELLS }
  readonly #onVerdict: (verdict: UpdateVerdict) => void
  #kept_hours = KEPT_HOURS
  #looking: Promise<void> | null = null
  /** Null unless the history is being read. */
  #held: [task: ReportedTask, at: number][] | null = null
  #is_closed = false

  /** @param onVerdict called once for each update that made a model slower or faster, and again if a second metric follows later */
  constructor(onVerdict: (verdict: UpdateVerdict) => void) {
    this.#onVerdict = onVerdict
  }

  /** @param at when the task ended, in ms since 1970 */
  add(task: ReportedTask, at: number): void {
    if (this.#held === null) this.#add(task, at)
    else if (this.#held.length < MOST_HELD) this.#held.push([task, at])
  }

  #add(task: ReportedTask, at: number): void {
    if (task.engine_version === NO_VERSION) return
    const model = this.#modelOf(task)
    const isNewHour = model.add(task, at, this.#kept_hours, this.#budget)
    if (!isNewHour) return
    this.#touch(model)
    this.#makeRoom()
    if (this.#held !== null) return
    this.#looking ??= this.#look(this.#onVerdict).finally(() => {
      this.#looking = null
    })
  }

  /**
   * Reads what the folders have from before a time, and only then counts the tasks that come meanwhile. What follows from the history alone
   * was told when it happened, and is no new verdict.
   */
  async readHistory(folders: readonly string[], before: number): Promise<void> {
    this.#held = []
    let began = performance.now()
    const pause = async () => {
      await this.#look(() => {})
      const took = performance.now() - began
      await sleep((took * (1 - READ_SHARE)) / READ_SHARE, undefined, { ref: false })
      began = performance.now()
      return !this.#is_closed
    }
    const span = { from: before - 2 * KEPT_HOURS * HOUR_MS, to: before }
    // Whoever cannot read the buffer is told so by what writes it.
    await readTasks(folders, span, (task, at) => this.#add(task, at), pause).catch(() => {})
    await this.#look(() => {})
    const held = this.#held
    this.#held = null
    for (const [task, at] of held) this.#add(task, at)
  }

  /** The comparison of each model whose engine has changed its version, as of the last look. */
  comparisons(): Comparison[] {
    return [...this.#models.values()].flatMap(({ comparison }) => comparison ?? [])
  }

  /** Resolves when no comparison is under way. */
  async idle(): Promise<void> {
    await this.#looking
  }

  close(): void {
    this.#is_closed = true
  }

  #modelOf({ engine, model_ref }: ReportedTask): WatchedModel {
    const key = `${engine}\n${model_ref}`
    const known = this.#models.get(key)
    if (known) return known
    if (this.#models.size >= MOST_MODELS) this.#dropOldest()
    const model = new WatchedModel(key, engine, model_ref)
    this.#models.set(key, model)
    return model
  }

  /** Those in use come last. */
  #touch(model: WatchedModel): void {
    if (this.#models.delete(model.key)) this.#models.set(model.key, model)
  }

  #dropOldest(): void {
    const [oldest] = this.#models.values()
    oldest?.clear()
    if (oldest) this.#models.delete(oldest.key)
  }

  #makeRoom(): void {
    for (const model of this.#models.values()) model.forget(this.#kept_hours)
    while (this.#budget.left <= 0) {
      if (this.#kept_hours > LEAST_KEPT_HOURS) this.#kept_hours = Math.ceil(this.#kept_hours / 2)
      else if (this.#models.size > 1) this.#dropOldest()
      else return
      for (const model of this.#models.values()) model.forget(this.#kept_hours)
    }
  }

  /** Compares every model that is due, a step at a time. */
  async #look(onVerdict: (verdict: UpdateVerdict) => void): Promise<void> {
    for (const model of this.#models.values()) {
      const steps = model.look()
      for (;;) {
        const { done, value } = steps.next()
        if (done && value !== null) onVerdict(value)
        if (done) break
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  }
}

/** Tasks of one version of an engine. */
interface Side {
  table: BlockTable
  first_at: number
  last_at: number
  /** Hours since 1970 that are kept, and the number of those that were. */
  hours: Set<number>
  former_hours: number
}

/** The update that is followed, and what was seen of it. */
interface Update {
  before: string
  after: string
  looks: number
  /** Of the last look. */
  changes: Change[]
  decided: Map<Compared, Change>
}

class WatchedModel {
  readonly key: string
  readonly #engine: string
  readonly #model_ref: string
  readonly #sides = new Map<string, Side>()
  #update: Update | null = null

  constructor(key: string, engine: string, model_ref: string) {
    this.key = key
    this.#engine = engine
    this.#model_ref = model_ref
  }

  /** Returns whether it is the first task of its version in this hour. */
  add(task: ReportedTask, at: number, kept_hours: number, budget: CellBudget): boolean {
    const side = this.#sideOf(task.engine_version, at, budget)
    side.first_at = Math.min(side.first_at, at)
    side.last_at = Math.max(side.last_at, at)
    const hour = Math.floor(at / HOUR_MS)
    if (hour < firstHour(side, kept_hours)) return false
    side.table.add(task, at)
    const known = side.hours.size
    return side.hours.add(hour).size > known
  }

  /** Keeps the last hours of each version. */
  forget(kept_hours: number): void {
    for (const side of this.#sides.values()) {
      const first = firstHour(side, kept_hours)
      side.table.forgetBefore(first)
      for (const hour of side.hours) if (hour < first && side.hours.delete(hour)) side.former_hours++
    }
  }

  clear(): void {
    for (const { table } of this.#sides.values()) table.forgetBefore(Number.POSITIVE_INFINITY)
    this.#sides.clear()
  }

  /** Null before the first look. */
  get comparison(): Comparison | null {
    if (this.#update === null || this.#update.changes.length === 0) return null
    const { before, after, changes, decided } = this.#update
    // What was seen once is not told yet.
    const told = changes.map((change) => decided.get(change.metric) ?? { ...change, verdict: 'unclear' as const })
    return { ...this.#names, before, after, changes: told }
  }

  get #names() {
    return { model_ref: this.#model_ref, engine: this.#engine }
  }

  /** Compares if it is time to; returns what became slower or faster by this look, null if nothing did. */
  *look(): Generator<void, UpdateVerdict | null> {
    const update = this.#follow()
    if (update === null || update.decided.size === COMPARED.length) return null
    const [before, after] = [this.#sides.get(update.before)!, this.#sides.get(update.after)!]
    // The hour that has just begun is not over.
    const hours = after.former_hours + after.hours.size - 1
    if (update.looks >= LOOK_HOURS.length || hours < LOOK_HOURS[update.looks]!) return null
    while (update.looks < LOOK_HOURS.length && hours >= LOOK_HOURS[update.looks]!) update.looks++
    const changes: Change[] = []
    for (const metric of COMPARED)
      changes.push(yield* compareInSteps(metric, before.table.cells(metric), after.table.cells(metric)))
    const fresh = decide(update, changes).filter(({ verdict }) => verdict === 'slower' || verdict === 'faster')
    return fresh.length === 0
      ? null
      : { ...this.#names, before: update.before, after: update.after, changes: fresh, hours }
  }

  /** The version that was seen first last, and the one that was in use before it. */
  #follow(): Update | null {
    const sides = [...this.#sides].sort(([, a], [, b]) => a.first_at - b.first_at)
    const [after] = sides.pop() ?? []
    const [before] = sides.sort(([, a], [, b]) => a.last_at - b.last_at).pop() ?? []
    if (before === undefined || after === undefined) return null
    const isSame = this.#update?.before === before && this.#update.after === after
    if (!isSame) this.#update = { before, after, looks: 0, changes: [], decided: new Map() }
    return this.#update
  }

  #sideOf(version: string, at: number, budget: CellBudget): Side {
    const known = this.#sides.get(version)
    if (known) return known
    if (this.#sides.size >= MOST_SIDES) this.#dropOldestSide()
    const side = { table: new BlockTable(budget), first_at: at, last_at: at, hours: new Set<number>(), former_hours: 0 }
    this.#sides.set(version, side)
    return side
  }

  #dropOldestSide(): void {
    const [oldest] = [...this.#sides].sort(([, a], [, b]) => a.last_at - b.last_at)
    oldest![1].table.forgetBefore(Number.POSITIVE_INFINITY)
    this.#sides.delete(oldest![0])
  }
}

function firstHour({ last_at }: Side, kept_hours: number): number {
  return Math.floor(last_at / HOUR_MS) + 1 - kept_hours
}

/** Notes a look; returns the verdicts that it confirms. */
function decide(update: Update, changes: Change[]): Change[] {
  const confirmed = changes.filter(({ metric, verdict }) => {
    const last = update.changes.find((change) => change.metric === metric)
    return verdict !== 'unclear' && verdict === last?.verdict && !update.decided.has(metric)
  })
  for (const change of confirmed) update.decided.set(change.metric, change)
  update.changes = changes
  return confirmed
}
