import type { MatrixRow } from '../../contracts/tables.ts'
import type { Interval } from '../charts/interval_chart.ts'
import { formatParameters, formatValue, plural } from '../lib/format.ts'
import { groupBy } from '../lib/group_by.ts'
import { formatEngine, formatLoad, formatPrecision, KINDS, type Kind, MEASUREMENT_TYPES } from '../lib/labels.ts'
import { markBound, type Speed } from '../lib/speed.ts'
import { engineName, findModel, gpuName, modelName } from './catalog.ts'
import { isForOneUser, speedOfRow } from './figure_rows.ts'
import { throughputOf } from './matrix.ts'
import { rowLabel, type Subject } from './sections.ts'

/** A row with the one speed that a headline may name. */
export interface Measured {
  row: MatrixRow
  speed: Speed
}

/** What a page of a model, GPU or engine says first: a sentence that its rows carry, and the rows of the chart below it. */
export interface PageAnswer {
  text: string
  kind: Kind
  /** How the rows were measured: `one user`, or a load. */
  load: string
  /** On one GPU, where any was measured so. */
  best: Measured[]
}

/** Rows whose figures may be ranked, of one kind and one load: one user where that was measured, else the most frequent load. Fastest first. */
export function comparableRows(rows: readonly MatrixRow[]): Measured[] {
  const measured = rows.flatMap((row) => {
    const speed = speedOfRow(row)
    return speed ? [{ row, speed }] : []
  })
  const ranked = measured.filter(({ row }) => row.evidence === 'curated' || row.evidence === 'ranked')
  const groups = [...groupBy(ranked.length > 0 ? ranked : measured, ({ row }) => groupKey(row)).values()]
  const order = (own: Measured[]) => {
    const [{ row }] = own as [Measured]
    return (
      (isForOneUser(row) ? 0 : MEASUREMENT_TYPES.indexOf(row.measurement_type)) * 1e6 -
      own.length -
      (row.kind === KINDS[1] ? 0.5 : 0)
    )
  }
  const [first = []] = groups.sort((a, b) => order(a) - order(b))
  return first.toSorted((a, b) => b.speed.figure.p50 - a.speed.figure.p50)
}

const groupKey = (row: MatrixRow): string =>
  isForOneUser(row) ? row.kind : `${row.kind} ${row.measurement_type} ${row.concurrency_bucket}`

/** `147 tok/s`, `≥ 72.1 tok/s`. */
export function speedText({ speed }: Measured): string {
  return `${markBound(formatValue(speed.figure.p50), speed)} tok/s`
}

const timesCount = ({ gpu_count: count }: MatrixRow): string => (count > 1 ? ` ×${count}` : '')
const engineOf = ({ engine, engine_backend: backend }: MatrixRow): string => formatEngine(engineName(engine), backend)

/** The answer of a page; null where none of its rows has a speed. */
export function pageAnswer(rows: readonly MatrixRow[], subject: Subject, name: string): PageAnswer | null {
  const all = comparableRows(rows)
  const [first] = all
  if (!first) return deliveredAnswer(rows, subject)
  const best = onOneGpu(all)
  const load = formatLoad(first.row.measurement_type, first.row.concurrency_bucket)
  const text = subject === 'model' ? modelText(best, first, load) : spanText(best, load, subject, name)
  return { text, kind: first.row.kind, load, best }
}

/** The rows of one GPU, or all where there are none. */
function onOneGpu(all: Measured[]): Measured[] {
  const single = all.filter(({ row }) => row.gpu_count === 1)
  return single.length > 0 ? single : all
}

/** `One user`, `Each of 9 – 16 users`, `Each request of an offline batch, 9 – 16 users,`. */
function whoGets(load: string): string {
  if (load === 'one user') return 'One user'
  return load.startsWith('offline') ? `Each request of an ${load},` : `Each of ${load}`
}

/** The highest speed on one GPU, and on several where that is higher. */
function modelText(best: Measured[], top: Measured, load: string): string {
  const [first] = best as [Measured]
  const isOne = first.row.gpu_count === 1
  const gpus = new Set(best.map(({ row }) => row.gpu_id)).size
  const where = `${isOne ? 'one ' : ''}${gpuName(first.row.gpu_id)}${timesCount(first.row)}`
  const how = `${engineOf(first.row)}, ${formatPrecision(first.row.quantization)}`
  const scope =
    best.length === 1
      ? 'the only configuration measured'
      : `the highest of ${plural(best.length, 'configuration')} on ${plural(gpus, 'GPU model')}`
  const more =
    isOne && top !== first ? ` On several: ${speedText(top)} on ${gpuName(top.row.gpu_id)}${timesCount(top.row)}.` : ''
  return `${whoGets(load)} gets ${speedText(first)} on ${where} (${how}): ${scope}${isOne ? ' with one GPU' : ''}.${more}`
}

/** The range over models, and the largest model, on one GPU where that was measured. */
function spanText(own: Measured[], load: string, subject: Subject, name: string): string {
  const [fast, slow] = [own[0]!, own.at(-1)!]
  const isOne = fast.row.gpu_count === 1
  const models = new Set(own.map(({ row }) => row.model_id)).size
  const place =
    subject === 'gpu'
      ? `on ${isOne ? 'one' : 'several'} ${name}`
      : `with ${name} on ${isOne ? 'one GPU' : 'several GPUs'}`
  const label = ({ row }: Measured) =>
    `${modelName(row.model_id)}${subject === 'engine' ? ` on ${gpuName(row.gpu_id)}` : ''}${timesCount(row)}`
  const head = `${whoGets(load)} gets`
  if (own.length === 1)
    return `${head} ${speedText(fast)} from ${label(fast)} ${place}: the only configuration measured.`
  const sizes = own.filter(({ row }) => findModel(row.model_id)?.params_b)
  const size = ({ row }: Measured) => findModel(row.model_id)!.params_b!
  const [large] = sizes.toSorted((a, b) => size(b) - size(a) || b.speed.figure.p50 - a.speed.figure.p50)
  const largest =
    large && large !== fast && large !== slow
      ? ` The largest, ${label(large)} (${formatParameters(size(large))}): ${speedText(large)}.`
      : ''
  return `${head} ${speedText(slow)} (${label(slow)}) to ${speedText(fast)} (${label(fast)}) ${place}: ${plural(models, 'model')}, ${plural(own.length, 'configuration')}.${largest}`
}

/** Where only what all users get together is known. */
function deliveredAnswer(rows: readonly MatrixRow[], subject: Subject): PageAnswer | null {
  const known = rows.filter((row) => throughputOf(row))
  const [top] = known.toSorted((a, b) => throughputOf(b)!.p50 - throughputOf(a)!.p50)
  if (!top) return null
  const load = formatLoad(top.measurement_type, top.concurrency_bucket)
  const text = `Measured under load only: up to ${formatValue(throughputOf(top)!.p50)} tok/s in all, ${rowLabel(top, subject)}.`
  return { text, kind: top.kind, load, best: [] }
}

/** The rows of a chart: their label, with the mark of a lower bound, and their spread. */
export function speedIntervals(best: readonly Measured[], subject: Subject): Interval[] {
  return best.map(({ row, speed }) => ({
    label: `${speed.isLowerBound ? '≥ ' : ''}${rowLabel(row, subject)}`,
    kind: row.kind,
    low: speed.figure.p25,
    mid: speed.figure.p50,
    high: speed.figure.p75,
  }))
}

const SIZES = [4, 10, 20, 40, 80, Number.POSITIVE_INFINITY]

/** The measured models of one size on the page of a GPU or an engine. */
export interface SizeClass {
  /** `over 10 to 20 B`. */
  title: string
  models: number
  fastest: Measured
  slowest: Measured
}

/** For each class of model sizes, the fastest and the slowest of the rows of an answer. */
export function sizeClasses(best: readonly Measured[]): SizeClass[] {
  return SIZES.flatMap((most, i) => {
    const least = i === 0 ? 0 : SIZES[i - 1]!
    const inside = best.filter(({ row }) => {
      const size = findModel(row.model_id)?.params_b
      return size !== null && size !== undefined && size > least && size <= most
    })
    if (inside.length === 0) return []
    const title =
      i === 0 ? `up to ${most} B` : most === Number.POSITIVE_INFINITY ? `over ${least} B` : `over ${least} to ${most} B`
    const models = new Set(inside.map(({ row }) => row.model_id)).size
    return [{ title, models, fastest: inside[0]!, slowest: inside.at(-1)! }]
  })
}
