import type { MatrixRow } from '../../contracts/tables.ts'
import type { Figure } from '../lib/figure.ts'
import { formatValue, shorten } from '../lib/format.ts'
import type { IndexControl } from '../lib/index_list.ts'
import {
  formatEngine,
  formatGpuCount,
  formatLoad,
  formatPrecision,
  KINDS,
  MEASUREMENT_TYPES,
  TERMS,
} from '../lib/labels.ts'
import { type Speed, speedOf } from '../lib/speed.ts'
import { engineName, gpuName, modelName, modelPath } from './catalog.ts'
import { figureOf, throughputOf } from './matrix.ts'
import type { Subject } from './sections.ts'

/** A row of the table of a model, GPU or engine, with its figures and the values that it is filtered and sorted by. */
export interface FigureRow {
  row: MatrixRow
  speed: Speed | null
  ttft: Figure | undefined
  throughput: Figure | undefined
  values: Record<string, string | number | null>
}

/** The one speed of a published row. */
export function speedOfRow(row: MatrixRow): Speed | null {
  return speedOf({ decode_tps: figureOf(row, 'decode_tps'), e2e_tps: figureOf(row, 'e2e_tps') })
}

/** All rows in the order of the table: one user first, then by load; within a load the fastest first. */
export function figureRows(rows: readonly MatrixRow[]): FigureRow[] {
  return rows.map(toFigureRow).sort(byLoadAndSpeed)
}

function toFigureRow(row: MatrixRow): FigureRow {
  const [speed, ttft, throughput] = [speedOfRow(row), figureOf(row, 'ttft_ms'), throughputOf(row)]
  const short = (figure: Figure | undefined) => (figure ? shorten(figure.p50, formatValue) : null)
  return {
    row,
    speed,
    ttft,
    throughput,
    values: {
      model: slugOf(row.model_id),
      gpu: row.gpu_id,
      engine: engineKey(row),
      gpus: row.gpu_count,
      precision: row.quantization,
      load: loadKey(row),
      kind: row.kind,
      name: '',
      speed: short(speed?.figure),
      ttft: short(ttft),
      throughput: short(throughput),
      month: row.last_month,
    },
  }
}

const slugOf = (modelId: string): string => modelPath(modelId).split('/')[1]!
const engineKey = ({ engine, engine_backend: backend }: MatrixRow): string =>
  backend === 'unknown' || backend === 'any' ? engine : `${engine}-${backend}`
const loadKey = ({ measurement_type: type, concurrency_bucket: load }: MatrixRow): string =>
  type === 'single_stream' ? '1' : type === 'batched_online' ? load : `batch-${load}`

/** Whether the figure is what one user gets: one request at a time, on a server or not. */
export function isForOneUser(row: MatrixRow): boolean {
  return loadKey(row) === '1'
}

function byLoadAndSpeed(a: FigureRow, b: FigureRow): number {
  const type = ({ row }: FigureRow) => (isForOneUser(row) ? 0 : MEASUREMENT_TYPES.indexOf(row.measurement_type))
  const kind = ({ row }: FigureRow) => -KINDS.indexOf(row.kind)
  const speed = ({ speed }: FigureRow) => speed?.figure.p50 ?? -1
  return type(a) - type(b) || kind(a) - kind(b) || speed(b) - speed(a) || (a.row.matrix_id < b.row.matrix_id ? -1 : 1)
}

/** The filters of the table: those that have something to choose from. */
export function figureControls(rows: readonly FigureRow[], subject: Subject): IndexControl[] {
  const control = (name: string, label: string, text: (row: MatrixRow) => string): IndexControl[] => {
    const texts = new Map(rows.map(({ row, values }) => [String(values[name]), text(row)]))
    if (texts.size < 2) return []
    const sorted = [...texts].sort((a, b) => a[1].localeCompare(b[1], 'en', { numeric: true }))
    return [{ name, label, rule: 'is', options: [['', 'any'], ...sorted] }]
  }
  return [
    ...(subject === 'model' ? [] : control('model', 'Model', (row) => modelName(row.model_id))),
    ...(subject === 'gpu' ? [] : control('gpu', 'GPU', (row) => gpuName(row.gpu_id))),
    ...(subject === 'engine' && !rows.some(({ row }) => row.engine_backend !== 'unknown')
      ? []
      : control('engine', TERMS.engine, (row) => formatEngine(engineName(row.engine), row.engine_backend))),
    ...control('gpus', TERMS.gpuCount, (row) => formatGpuCount(row.gpu_count)),
    ...control('precision', TERMS.precision, (row) => formatPrecision(row.quantization)),
    ...control('load', TERMS.users, (row) => formatLoad(row.measurement_type, row.concurrency_bucket)),
    ...control('kind', 'Kind', (row) => row.kind),
  ]
}
