import { METRIC_INFO, type Metric } from '../../../contracts/metrics.ts'
import { formatCount, formatRange, formatSpread, formatValue } from '../format.ts'
import { gpuCountWords, KIND_WORDS, MEASUREMENT_WORDS, monthSpan, promptSizes } from '../words.ts'
import type { Entry, Figure, Matrix } from './entries.ts'
import type { Grid } from './select.ts'
import type { MatrixState } from './state.ts'

/** All that belongs to a figure, in one line: value, unit, spread, n, what ran, kind, source, prompt sizes, months. */
export function describeFigure(matrix: Matrix, entry: Entry, metric: Metric): string {
  const figure = entry.figures[metric]!
  const { unit } = METRIC_INFO[metric]
  const parts = [
    `${formatValue(figure.p50)} ${unit} median`,
    figure.n === 1 ? 'single value' : `p25–p75 ${formatSpread(figure)}`,
    `n ${formatCount(figure.n)}`,
    `${matrix.engines[entry.engine]!.name}, ${entry.quantization}, ${gpuCountWords(entry.gpuCount)}`,
    describeOrigin(matrix, entry, figure),
    `prompt tokens ${promptSizes(entry.buckets.join(' '))}`,
    monthSpan(entry.firstMonth, entry.lastMonth),
  ]
  return parts.join(' · ')
}

function describeOrigin(matrix: Matrix, entry: Entry, figure: Figure): string {
  if (entry.kind === 'curated') return `curated: ${sourceTitle(matrix, entry.source)}`
  const interval = figure.interval ? `, 95 % interval ${formatRange(...figure.interval)}` : ''
  return `community: ${entry.contributors} contributors, ${entry.evidence}${interval}`
}

export function sourceTitle(matrix: Matrix, id: string): string {
  return matrix.sources.find((source) => source.id === id)?.name ?? id
}

/** What the grid shows, in words, so that no one mistakes a best value for an average. */
export function describeGrid(state: MatrixState, grid: Grid): string {
  const { title, unit } = METRIC_INFO[state.metric]
  const hidden = grid.entries - grid.filled
  const best =
    hidden === 0
      ? 'One figure per cell.'
      : `Where several figures share a cell, the best one is shown and +N counts the others (${formatCount(hidden)} in all); nothing is averaged.`
  return `${title}, median in ${unit}. ${MEASUREMENT_WORDS[state.type].title}: ${MEASUREMENT_WORDS[state.type].meaning}. ${best}`
}

/** The warning that belongs to a metric whose value depends on the prompt size; empty for the others. */
export function promptSizeNote(metric: Metric): string {
  if (metric === 'decode_tps') return ''
  const { title } = METRIC_INFO[metric]
  return `${title} depends on the prompt size. A cell marked with several sizes is rolled up over them; its page shows each size by itself.`
}

/** `3 prompt sizes` where a figure of such a metric is rolled up over several; else empty. */
export function rolledUpSizes(entry: Entry, metric: Metric): string {
  return metric !== 'decode_tps' && entry.buckets.length > 1 ? `${entry.buckets.length} prompt sizes` : ''
}

export const kindLabel = (entry: Entry): string => `${KIND_WORDS[entry.kind].glyph} ${KIND_WORDS[entry.kind].title}`
