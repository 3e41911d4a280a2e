import type { Metric } from '../../contracts/metrics.ts'
import type { CellRow, RegressionRow } from '../../contracts/tables.ts'
import { byVersion, parseVersion } from '../../contracts/versions.ts'
import type { Outcome } from '../lib/answers/figures.ts'
import { judgeOverall, type Overall } from '../lib/answers/overall.ts'
import { groupBy } from '../lib/group_by.ts'
import { engineName } from './catalog.ts'
import { published } from './published.ts'
import { observedSteps, type Step } from './steps.ts'

/** A step from one version to the next: all configurations that one source ran on both, by one metric. */
export interface VersionStep {
  from: string
  to: string
  variant: string
  metric: Metric
  source: string
  steps: Step[]
  overall: Overall
}

/** An engine version with figures. */
export interface Release {
  version: string
  cells: number
  models: number
  gpus: number
  firstMonth: string
  lastMonth: string
  sources: string[]
}

/** The versions of one engine, and what they changed. */
export interface EngineHistory {
  id: string
  name: string
  releases: Release[]
  /** The number of cells whose source states no version. */
  unstated: number
  versionSteps: VersionStep[]
  verdicts: RegressionRow[]
}

let made: EngineHistory[] | undefined

/** Every engine with versioned figures, most observed steps first. */
export function histories(): EngineHistory[] {
  made ??= makeAll()
  return made
}

/** The history of one engine; undefined if no figure has a version. */
export function historyOf(engine: string): EngineHistory | undefined {
  return histories().find(({ id }) => id === engine)
}

function makeAll(): EngineHistory[] {
  const verdicts = groupBy(published('regressions'), (row) => row.engine)
  const all = [...groupBy(published('cells'), (cell) => cell.engine)].map(([id, cells]) => ({
    id,
    name: engineName(id),
    releases: releasesOf(cells),
    unstated: cells.filter((cell) => !isStated(cell)).length,
    versionSteps: versionSteps(observedSteps().get(id) ?? []),
    verdicts: verdicts.get(id) ?? [],
  }))
  return all
    .filter(({ releases }) => releases.length > 0)
    .sort((a, b) => b.versionSteps.length - a.versionSteps.length || a.name.localeCompare(b.name))
}

const isStated = ({ engine_version }: CellRow) => engine_version !== 'unknown' && engine_version !== 'any'

/** The versions of cells, oldest first. */
export function releasesOf(cells: CellRow[]): Release[] {
  const groups = [...groupBy(cells.filter(isStated), (cell) => cell.engine_version)]
  return groups.map(([version, own]) => toRelease(version, own)).sort((a, b) => byVersion(a.version, b.version))
}

function toRelease(version: string, cells: CellRow[]): Release {
  const months = cells.map((cell) => cell.month).sort()
  return {
    version,
    cells: cells.length,
    models: new Set(cells.map((cell) => cell.model_id)).size,
    gpus: new Set(cells.map((cell) => cell.gpu_id)).size,
    firstMonth: months[0]!,
    lastMonth: months.at(-1)!,
    sources: [...new Set(cells.map((cell) => cell.source))].sort(),
  }
}

/** Steps by version pair, metric and source: sources are not mixed. */
export function versionSteps(steps: Step[]): VersionStep[] {
  const key = ({ from, to, metric }: Step) => [from.engine_version, to.engine_version, metric, to.source].join('|')
  return [...groupBy(steps, key).values()].map((own) => {
    const { from, to, metric } = own[0]!
    return {
      from: parseVersion(from.engine_version).release,
      to: parseVersion(to.engine_version).release,
      variant: parseVersion(to.engine_version).variant,
      metric,
      source: to.source,
      steps: own,
      overall: judgeOverall(own),
    }
  })
}

/** The number of changes in version steps, by outcome and in all. */
export function countOutcomes(steps: VersionStep[]): Record<'all' | 'better' | 'tie' | 'worse', number> {
  const sum = (outcome: Outcome) => steps.reduce((total, { overall }) => total + overall.counts[outcome], 0)
  const [better, tie, worse] = [sum('better'), sum('tie'), sum('worse')]
  return { all: better + tie + worse, better, tie, worse }
}
