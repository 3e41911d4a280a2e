import type { CellRow } from '../../contracts/tables.ts'
import { judgeOverall, type Overall } from '../lib/answers/overall.ts'
import { type Cell, type ContrastGroup, contrastGroups, findShared, type Side } from '../lib/answers/strata.ts'
import type { AnswerMetric } from '../lib/answers/types.ts'
import { engineName, gpuName } from './catalog.ts'
import { figureOf } from './matrix.ts'
import { published } from './published.ts'

/** Two GPUs, or two engines, that share at least one stratum. `a` comes first in the alphabet of ids. */
export interface Comparison {
  side: Side
  a: { id: string; name: string }
  b: { id: string; name: string }
  groups: (ContrastGroup & { overall: Overall })[]
  /** Strata that both were measured on. */
  strata: number
}

/** Most comparisons with a page, per side; those with most shared strata come first. Bounds the build time of a large matrix. */
export const PAGE_LIMIT = 300

const METRICS: AnswerMetric[] = ['decode_tps', 'e2e_tps', 'ttft_ms']
let made: { all: Comparison[]; left: number } | undefined

/** All comparisons with a page, most shared strata first, and the number of those without. */
export function comparisons(): { all: Comparison[]; left: number } {
  made ??= makeAll()
  return made
}

function makeAll(): { all: Comparison[]; left: number } {
  const cells = published('cells').map(toCell)
  const bySide = (['gpu', 'engine'] as const).map((side) => compareSide(cells, side))
  const all = bySide.flatMap((own) => own.slice(0, PAGE_LIMIT))
  return { all, left: bySide.flat().length - all.length }
}

function compareSide(cells: Cell[], side: Side): Comparison[] {
  const name = side === 'gpu' ? gpuName : engineName
  // `any` stands for engines generalised for privacy, which cannot be compared.
  const known = side === 'gpu' ? cells : cells.filter((cell) => cell.engine !== 'any')
  return [...findShared(known, side)]
    .map(([pair, strata]) => {
      const [a, b] = pair.split(' ') as [string, string]
      const groups = contrastGroups(strata).map((group) => ({ ...group, overall: judgeOverall(group.contrasts) }))
      return { side, a: { id: a, name: name(a) }, b: { id: b, name: name(b) }, groups, strata: strata.length }
    })
    .filter(({ groups }) => groups.length > 0)
    .sort((x, y) => y.strata - x.strata || x.a.id.localeCompare(y.a.id) || x.b.id.localeCompare(y.b.id))
}

function toCell(row: CellRow): Cell {
  const figures = METRICS.flatMap((metric) => {
    const figure = figureOf(row, metric)
    return figure ? [[metric, figure]] : []
  })
  return {
    id: row.matrix_id,
    kind: row.kind,
    source: row.source,
    model: row.model_id,
    quantization: row.quantization,
    gpu: row.gpu_id,
    gpuCount: row.gpu_count,
    engine: row.engine,
    backend: row.engine_backend,
    version: row.engine_version,
    type: row.measurement_type,
    load: row.concurrency_bucket,
    bucket: row.prompt_bucket,
    month: row.month,
    figures: Object.fromEntries(figures) as Cell['figures'],
  }
}
