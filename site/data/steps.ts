import { METRIC_INFO, METRICS, type Metric, PROMPT_BUCKETS } from '../../contracts/metrics.ts'
import type { CellRow } from '../../contracts/tables.ts'
import { byVersion, isOrdered, parseVersion } from '../../contracts/versions.ts'
import { judgeStratum, type Outcome } from '../lib/answers/figures.ts'
import { groupBy } from '../lib/group_by.ts'
import { figureOf } from './matrix.ts'
import { published } from './published.ts'

/** The change of one configuration from one engine version to the next, as one source measured it. Not tested for significance. */
export interface Step {
  from: CellRow
  to: CellRow
  metric: Metric
  /** Ratio of the medians, above 1 if the newer one is better: speed new/old, latency old/new. */
  ratio: number
  /** `tie`: the p25–p75 of the two overlap. */
  outcome: Outcome
}

/** The metrics compared. Prefill speed would repeat the time to first token. */
const COMPARED: readonly Metric[] = ['decode_tps', 'e2e_tps', 'ttft_ms']

let made: Map<string, Step[]> | undefined

/** The observed steps of every engine, in the order of its versions. Curated figures only: community figures have the paired test. */
export function observedSteps(): Map<string, Step[]> {
  made ??= groupBy(findSteps(published('cells')), ({ to }) => to.engine)
  return made
}

/** The observed steps among the cells of one matrix row. */
export function stepsOf(cells: CellRow[]): Step[] {
  return findSteps(cells)
}

/** Pairs of consecutive versions of the same configuration, ordered by version, then by configuration. */
export function findSteps(cells: CellRow[]): Step[] {
  const pairs = releasesByConfiguration(cells).flatMap((own) => own.slice(1).map((cell, i) => [own[i]!, cell] as const))
  return pairs.flatMap(toSteps).sort(byRelease)
}

/** The curated cells of each configuration that several releases were measured on, a cell per release, oldest first; the newest month counts. */
export function releasesByConfiguration(cells: CellRow[]): CellRow[][] {
  const known = cells.filter((cell) => cell.kind === 'curated' && isOrdered(cell.engine_version))
  return [...groupBy(known, configurationKey).values()].map(newestOfReleases).filter((own) => own.length > 1)
}

/** Everything that has to be equal: all but the engine release and the month. */
function configurationKey(cell: CellRow): string {
  const { source, model_id, quantization, gpu_id, gpu_count, engine } = cell
  const { engine_backend, measurement_type, concurrency_bucket, prompt_bucket } = cell
  const load = [engine_backend, measurement_type, concurrency_bucket, prompt_bucket]
  const { variant } = parseVersion(cell.engine_version)
  return [source, model_id, quantization, gpu_id, gpu_count, engine, variant, ...load].join('|')
}

function newestOfReleases(cells: CellRow[]): CellRow[] {
  const newest = [...groupBy(cells, (cell) => String(parseVersion(cell.engine_version).order)).values()].map((own) =>
    own.reduce((late, cell) => (cell.month > late.month ? cell : late)),
  )
  return newest.sort((a, b) => byVersion(a.engine_version, b.engine_version))
}

/** One step per metric that both versions have; end-to-end speed only if there is no decode speed. */
function toSteps([from, to]: readonly [CellRow, CellRow]): Step[] {
  const both = COMPARED.filter((metric) => figureOf(from, metric) && figureOf(to, metric))
  const metrics = both.includes('decode_tps') ? both.filter((metric) => metric !== 'e2e_tps') : both
  return metrics.map((metric) => {
    const [old, fresh] = [figureOf(from, metric)!, figureOf(to, metric)!]
    const higherIsBetter = METRIC_INFO[metric].higher_is_better
    const ratio = higherIsBetter ? fresh.p50 / old.p50 : old.p50 / fresh.p50
    return { from, to, metric, ratio, outcome: judgeStratum(fresh, old, { kind: 'curated', higherIsBetter }) }
  })
}

function byRelease(a: Step, b: Step): number {
  return (
    byVersion(a.to.engine_version, b.to.engine_version) ||
    byVersion(a.from.engine_version, b.from.engine_version) ||
    METRICS.indexOf(a.metric) - METRICS.indexOf(b.metric) ||
    a.to.model_id.localeCompare(b.to.model_id) ||
    a.to.quantization.localeCompare(b.to.quantization) ||
    PROMPT_BUCKETS.indexOf(a.to.prompt_bucket) - PROMPT_BUCKETS.indexOf(b.to.prompt_bucket)
  )
}
