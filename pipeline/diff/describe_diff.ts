import {
  type CellChange,
  type FileChange,
  METRIC_INFO,
  type MedianChange,
  PROMPT_BUCKET_TITLES,
  type PublicationDiff,
  type RegressionChange,
} from '../../contracts/index.ts'
import { CONCURRENCY_BUCKET_TITLES } from '../../contracts/load.ts'
import { count } from '../report/count.ts'

/** One thing that changes: what it is, and its numbers before and after. */
export interface Entry {
  what: string
  numbers: string
}

/** A heading with what stands under it. `total` counts what was left off, too. */
export interface Section {
  title: string
  total: number
  entries: Entry[]
}

/** Entries shown under one heading. The JSON form lists all. */
const MOST_ENTRIES = 40

/**
 * A diff in words: sections for people, in the order in which they matter to who sends a file. Empty sections are left out.
 *
 * @param month the running month, `YYYY-MM`: community figures of earlier ones are out and should stay as they are
 */
export function describeDiff(diff: PublicationDiff, month: string): Section[] {
  const cells = (change: CellChange['change']) => diff.cells.filter((cell) => cell.change === change)
  const medians = (table: MedianChange['table']) => diff.medians.filter((median) => median.table === table)
  const flags = (change: RegressionChange['change']) => diff.regressions.filter((flag) => flag.change === change)
  return [
    section('Files', diff.files, describeFile),
    section('Cells of closed months that change', changedAfterClosing(diff, month), describeClosed),
    section('Cells that appear', cells('appears'), describeCell),
    section('Cells that disappear', cells('disappears'), describeCell),
    section('Cells that gain', cells('gains'), describeCell),
    section('Cells that lose', cells('loses'), describeCell),
    section('Matrix medians that move', byMagnitude(medians('matrix')), describeMedian),
    section('Cell medians that move', byMagnitude(medians('cells')), describeMedian),
    section('Regressions that appear', flags('appears'), describeRegression),
    section('Regressions that disappear', flags('disappears'), describeRegression),
    section('Regressions that change their verdict', flags('changes'), describeRegression),
    section('Collecting', describeCollecting(diff), (entry) => entry),
  ].filter(({ total }) => total > 0)
}

/** A change of the catalogue or the policy can move figures that are out, and whoever keeps both releases sees whose samples did it. */
function changedAfterClosing({ cells, medians }: PublicationDiff, running: string): Named[] {
  const moved = [...cells, ...medians.filter(({ table }) => table === 'cells')]
  const closed = moved.filter(({ kind, month }) => kind === 'community' && month !== null && month < running)
  return [...new Map(closed.map((row) => [nameRow(row), row])).values()]
}

function describeClosed(row: Named): Entry {
  return { what: nameRow(row), numbers: 'the month is over: its figures stay as they are unless someone withdraws' }
}

function section<T>(title: string, items: readonly T[], describe: (item: T) => Entry): Section {
  return { title, total: items.length, entries: items.slice(0, MOST_ENTRIES).map(describe) }
}

/** The largest changes first; a median that comes or goes before all. */
function byMagnitude(medians: MedianChange[]): MedianChange[] {
  const magnitude = ({ change }: MedianChange) => Math.abs(change ?? Number.MAX_VALUE)
  return medians.toSorted((a, b) => magnitude(b) - magnitude(a))
}

function describeFile({ change, path, lines, accepted, rejected, quarantined, reasons }: FileChange): Entry {
  const why = Object.entries(reasons).map(([reason, n]) => `${reason} ${format(n)}`)
  const kept = why.length === 0 ? '' : ` (${why.join(', ')})`
  return {
    what: `${path} ${change}`,
    numbers: `${count(lines, 'line')}: ${format(accepted)} accepted, ${format(rejected)} rejected, ${format(quarantined)} quarantined${kept}`,
  }
}

function describeCell(cell: CellChange): Entry {
  const numbers = [
    `contributors ${step(cell.contributors_before, cell.contributors_after)}`,
    `samples ${step(cell.samples_before, cell.samples_after)}`,
    cell.evidence_before === cell.evidence_after
      ? cell.evidence_after!
      : `${cell.evidence_before ?? 'not published'} → ${cell.evidence_after ?? 'not published'}`,
  ]
  return { what: nameRow(cell), numbers: numbers.join(', ') }
}

function describeMedian(median: MedianChange): Entry {
  const { title, unit } = METRIC_INFO[median.metric]
  const change = median.change === null ? '' : ` (${percent(median.change)})`
  return { what: nameRow(median), numbers: `${title} ${step(median.before, median.after)} ${unit}${change}` }
}

function describeRegression(flag: RegressionChange): Entry {
  const { title } = METRIC_INFO[flag.metric]
  return {
    what: nameRow({ ...flag, engine_version: `${flag.from_version} → ${flag.to_version}` }),
    numbers: `${title} ${percent(flag.effect)}, about ${flag.pairs} pairs, p ≤ ${Number(flag.p_value.toPrecision(2))}, ${flag.verdict}`,
  }
}

function describeCollecting({ collecting: { before, after } }: PublicationDiff): Entry[] {
  if (before.cells === after.cells && before.samples === after.samples) return []
  return [
    {
      what: 'Strata below the threshold',
      numbers: `strata ${step(before.cells, after.cells)}, samples ${step(before.samples, after.samples)}`,
    },
  ]
}

type Named = Pick<RegressionChange, 'model_id' | 'quantization' | 'gpu_id' | 'gpu_count' | 'engine'> &
  Pick<MedianChange, 'measurement_type' | 'concurrency_bucket' | 'engine_backend'> & {
    engine_version?: string | null
    prompt_bucket?: MedianChange['prompt_bucket']
    month?: string | null
    source?: string
  }

function nameRow(row: Named): string {
  const parts = [
    row.model_id,
    row.quantization,
    `${row.gpu_id} ×${row.gpu_count}`,
    [row.engine, row.engine_version].filter(Boolean).join(' '),
    row.engine_backend !== 'unknown' && row.engine_backend,
    row.measurement_type,
    row.concurrency_bucket !== 'unknown' && `load ${CONCURRENCY_BUCKET_TITLES[row.concurrency_bucket]}`,
    row.prompt_bucket && `prompt ${PROMPT_BUCKET_TITLES[row.prompt_bucket]}`,
    row.month,
    row.source !== 'community' && row.source,
  ]
  return parts.filter(Boolean).join(' · ')
}

function step(before: number | null, after: number | null): string {
  const [from, to] = [before, after].map((count) => (count === null ? 'none' : format(count)))
  return from === to ? `about ${to}` : `${from} → ${to}`
}

/** Four significant digits: the sketch is exact to about one per cent. */
function format(value: number): string {
  return (Number.isInteger(value) ? value : Number(value.toPrecision(4))).toLocaleString('en')
}

function percent(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} %`
}
