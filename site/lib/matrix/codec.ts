import { METRICS } from '../../../contracts/metrics.ts'
import type { Entry, Figure, Matrix } from './entries.ts'

/** The matrix as matrix.json carries it: the same lists, entries as arrays and figures at four significant digits. */
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
  quantization: string,
  gpuCount: number,
  type: Entry['type'],
  evidence: string,
  contributors: number,
  buckets: string,
  firstMonth: string,
  lastMonth: string,
  ...figures: CompactFigure[],
]
const FIXED = 14

export function encodeMatrix(matrix: Matrix): CompactMatrix {
  return { ...matrix, entries: matrix.entries.map(encodeEntry) }
}

export function decodeMatrix(compact: CompactMatrix): Matrix {
  return { ...compact, entries: compact.entries.map(decodeEntry) }
}

function encodeEntry(e: Entry): CompactEntry {
  const figures = METRICS.map((metric) => encodeFigure(e.figures[metric]))
  const buckets = e.buckets.join(' ')
  const where = [e.id, e.kind, e.source, e.model, e.gpu, e.engine, e.quantization, e.gpuCount, e.type] as const
  return [...where, e.evidence, e.contributors, buckets, e.firstMonth, e.lastMonth, ...figures]
}

function decodeEntry(row: CompactEntry): Entry {
  const [id, kind, source, model, gpu, engine, quantization, gpuCount, type] = row
  const [, , , , , , , , , evidence, contributors, buckets, firstMonth, lastMonth] = row
  const figures: Entry['figures'] = {}
  METRICS.forEach((metric, i) => {
    const figure = decodeFigure(row[FIXED + i] as CompactFigure)
    if (figure) figures[metric] = figure
  })
  const where = { id, kind, source, model, gpu, engine, quantization, gpuCount, type }
  return { ...where, evidence, contributors, buckets: buckets.split(' '), firstMonth, lastMonth, figures }
}

function encodeFigure(figure: Figure | undefined): CompactFigure {
  if (!figure) return 0
  const { n, p25, p50, p75, interval } = figure
  return [n, ...[p25, p50, p75, ...(interval ?? [])].map((value) => Number(value.toPrecision(4)))]
}

function decodeFigure(compact: CompactFigure | undefined): Figure | undefined {
  if (!compact) return undefined
  const [n, p25, p50, p75, low, high] = compact as [number, number, number, number, number?, number?]
  return { n, p25, p50, p75, interval: low === undefined ? null : [low, high!] }
}
