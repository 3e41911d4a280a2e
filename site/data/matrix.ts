import { METRICS, type Metric } from '../../contracts/metrics.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import type { CostFigures } from '../lib/cost.ts'
import { cheapestRent } from '../lib/cost.ts'
import { type CompactMatrix, encodeMatrix } from '../lib/matrix/codec.ts'
import type { Entry, Figure, Gpu, Matrix } from '../lib/matrix/entries.ts'
import { engineName, findGpu, findModel, gpuName, modelName, modelPath, sourceName } from './catalog.ts'
import { listingsOf } from './prices.ts'
import { published } from './published.ts'

/** The published matrix in the compact form: what matrix.json holds and what the page itself is rendered from. */
export function compactMatrix(): CompactMatrix {
  return encodeMatrix(matrixOf(published('matrix')))
}

function matrixOf(rows: MatrixRow[]): Matrix {
  const models = distinct(rows.map((row) => row.model_id))
  const gpus = distinct(rows.map((row) => row.gpu_id))
  const engines = distinct(rows.map((row) => row.engine))
  const sources = distinct(rows.map((row) => row.source))
  return {
    models: models.map((id) => ({
      slug: modelPath(id).split('/')[1]!,
      name: modelName(id),
      paramsB: findModel(id)?.params_b ?? null,
      featured: findModel(id)?.featured ?? null,
    })),
    gpus: gpus.map((id) => toGpu(id, rows)),
    engines: engines.map((id) => ({ id, name: engineName(id) })),
    sources: sources.map((id) => ({ id, name: sourceName(id) })),
    entries: rows.map((row) => toEntry(row, models.indexOf(row.model_id), gpus.indexOf(row.gpu_id), engines)),
  }
}

function toGpu(id: string, rows: MatrixRow[]): Gpu {
  const known = findGpu(id)
  return {
    id,
    name: gpuName(id),
    vendor: known?.vendor ?? 'other',
    group: known?.class ?? 'other',
    featured: known?.featured ?? null,
    memoryGb: known?.memory_gb ?? null,
    memoryShared: known?.memory_shared ?? false,
    rents: rentsOf(id, new Set(rows.filter((row) => row.gpu_id === id).map((row) => row.gpu_count))),
  }
}

/** What a GPU is rented for, by each number of them that was measured. */
function rentsOf(id: string, counts: Set<number>): Gpu['rents'] {
  const rents = [...counts].sort((a, b) => a - b).map((count) => [count, cheapestRent(listingsOf(id), count)] as const)
  return Object.fromEntries(rents.flatMap(([count, rent]) => (rent ? [[count, rent]] : [])))
}

function toEntry(row: MatrixRow, model: number, gpu: number, engines: string[]): Entry {
  return {
    id: row.matrix_id,
    kind: row.kind,
    source: row.source,
    model,
    gpu,
    engine: engines.indexOf(row.engine),
    backend: row.engine_backend,
    quantization: row.quantization,
    gpuCount: row.gpu_count,
    type: row.measurement_type,
    load: row.concurrency_bucket,
    evidence: row.evidence,
    contributors: row.contributors,
    buckets: row.prompt_buckets.split(' '),
    firstMonth: row.first_month,
    lastMonth: row.last_month,
    figures: costFiguresOf(row),
  }
}

/** All figures of a published row, throughput included. */
export function costFiguresOf(row: MatrixRow): CostFigures {
  const figures = METRICS.flatMap((metric) => {
    const figure = figureOf(row, metric)
    return figure ? [[metric, figure]] : []
  })
  const throughput = throughputOf(row)
  return Object.fromEntries(throughput ? [...figures, ['output_tps', throughput]] : figures) as CostFigures
}

/** What all streams of a published row got together; undefined where it is not known, or where there is one stream, which end-to-end speed tells. */
export function throughputOf(row: MatrixRow): Figure | undefined {
  const { output_tps_n: n, output_tps_p25: p25, output_tps_p50: p50, output_tps_p75: p75 } = row
  if (row.measurement_type === 'single_stream' || p50 === null) return undefined
  return { n: n ?? 0, ...spreadOf(p25, p50, p75), interval: null }
}

/** The figure of a metric in a published row; undefined where no sample counts. */
export function figureOf(
  row: Pick<MatrixRow, `${Metric}_${'n' | 'p25' | 'p50' | 'p75' | 'ci_low' | 'ci_high'}`>,
  metric: Metric,
): Figure | undefined {
  const p50 = row[`${metric}_p50`]
  if (p50 === null) return undefined
  const low = row[`${metric}_ci_low`]
  const high = row[`${metric}_ci_high`]
  return {
    n: row[`${metric}_n`] ?? 0,
    ...spreadOf(row[`${metric}_p25`], p50, row[`${metric}_p75`]),
    interval: low === null || high === null ? null : [low, high],
  }
}

/** A median with its spread. Of a community figure either end may be withheld: it then has none. */
function spreadOf(p25: number | null, p50: number, p75: number | null): Pick<Figure, 'p25' | 'p50' | 'p75'> {
  return p25 === null || p75 === null ? { p25: p50, p50, p75: p50 } : { p25, p50, p75 }
}

function distinct(ids: string[]): string[] {
  return [...new Set(ids)].sort()
}
