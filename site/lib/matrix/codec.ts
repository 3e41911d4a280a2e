import { METRICS } from '../../../contracts/metrics.ts'
import { costPerMillion, costSpeed } from '../cost.ts'
import { formatUsd, formatValue, shorten } from '../format.ts'
import type { Entry, Figure, Matrix } from './entries.ts'

/** The matrix as matrix.json carries it: the same lists, entries as arrays, and figures with as few digits as are written the same wherever they are shown. */
export interface CompactMatrix extends Omit<Matrix, 'entries'> {
  entries: CompactEntry[]
}
type CompactFigure = number[] | 0
type CompactEntry = [
  id: string,
  kind: Entry['kind'],
  source: string,
  model: number,
  gpu: number,
  engine: number,
  backend: string,
  quantization: string,
  gpuCount: number,
  type: Entry['type'],
  load: Entry['load'],
  evidence: string,
  contributors: number,
  buckets: string,
  firstMonth: string,
  lastMonth: string,
  ...figures: CompactFigure[],
]
const FIXED = 16
/** What entries carry figures of. */
const CARRIED = [...METRICS, 'output_tps'] as const

export function encodeMatrix(matrix: Matrix): CompactMatrix {
  return { ...matrix, entries: matrix.entries.map((entry) => encodeEntry(matrix, entry)) }
}

export function decodeMatrix(compact: CompactMatrix): Matrix {
  return { ...compact, entries: compact.entries.map(decodeEntry) }
}

function encodeEntry({ gpus }: Matrix, e: Entry): CompactEntry {
  const rent = gpus[e.gpu]!.rents[e.gpuCount]
  const paid = costSpeed(e)?.metric
  const withCost = (tps: number) => `${formatValue(tps)} ${formatUsd(costPerMillion(tps, rent!.usdPerHour))}`
  const figures = CARRIED.map((metric) =>
    encodeFigure(e.figures[metric], rent && metric === paid ? withCost : formatValue),
  )
  const buckets = e.buckets.join(' ')
  const where = [e.id, e.kind, e.source, e.model, e.gpu, e.engine, e.backend, e.quantization, e.gpuCount] as const
  return [...where, e.type, e.load, e.evidence, e.contributors, buckets, e.firstMonth, e.lastMonth, ...figures]
}

function decodeEntry(row: CompactEntry): Entry {
  const [id, kind, source, model, gpu, engine, backend, quantization, gpuCount, type, load] = row
  const [, , , , , , , , , , , evidence, contributors, buckets, firstMonth, lastMonth] = row
  const figures: Entry['figures'] = {}
  CARRIED.forEach((metric, i) => {
    const figure = decodeFigure(row[FIXED + i] as CompactFigure)
    if (figure) figures[metric] = figure
  })
  const where = { id, kind, source, model, gpu, engine, backend, quantization, gpuCount, type, load }
  return { ...where, evidence, contributors, buckets: buckets.split(' '), firstMonth, lastMonth, figures }
}

function encodeFigure(figure: Figure | undefined, show: (value: number) => string): CompactFigure {
  if (!figure) return 0
  const { n, p25, p50, p75, interval } = figure
  return [n, ...[p25, p50, p75, ...(interval ?? [])].map((value) => shorten(value, show))]
}

function decodeFigure(compact: CompactFigure | undefined): Figure | undefined {
  if (!compact) return undefined
  const [n, p25, p50, p75, low, high] = compact as [number, number, number, number, number?, number?]
  return { n, p25, p50, p75, interval: low === undefined ? null : [low, high!] }
}
