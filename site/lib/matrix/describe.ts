import { rentOrigin } from '../cost.ts'
import { formatContributors, formatN } from '../counts.ts'
import { describeSpread, formatRange, formatUsd, plural } from '../format.ts'
import {
  formatEngine,
  formatGpuCount,
  formatLoad,
  formatMonths,
  formatPrecision,
  formatPromptSizes,
  KIND_LABELS,
  MEASUREMENT_LABELS,
} from '../labels.ts'
import type { Relation } from './baseline.ts'
import type { Entry, Figure, Matrix } from './entries.ts'
import { countDistinct, filterEntries } from './filters.ts'
import { dependsOnPrompt, figureOf, formatOf, MEASURE_INFO, MEASURES, type Measure, valueText } from './measures.ts'
import type { Grid } from './select.ts'
import { ANY_COUNT, FACETS, type MatrixState } from './state.ts'

/** The median of an entry with its unit: `45.2 tok/s`, `≥ 72.1 tok/s`, `$0.42/1M tok`. */
export function valueWithUnit(matrix: Matrix, entry: Entry, measure: Measure): string {
  return `${valueText(matrix, entry, measure)}${measure === 'cost' ? '/1M tok' : ` ${MEASURE_INFO[measure].unit}`}`
}

/** Whether a figure is weak: a single further run could change it, since it has few samples or too few contributors for a rank. */
export function isWeak(entry: Entry, figure: Figure): boolean {
  return entry.kind === 'community' ? entry.evidence !== 'ranked' : figure.n < 5
}

/** A figure in one line: value, unit, spread, n, configuration, kind, source, prompt sizes, months. */
export function describeFigure(matrix: Matrix, entry: Entry, measure: Measure): string {
  const figure = figureOf(matrix, entry, measure)!
  const parts = [
    `${valueWithUnit(matrix, entry, measure)} median`,
    describeSpread(figure, entry.kind, formatOf(measure)),
    `n ${formatN(entry.kind, figure.n)}`,
    `${engineOf(matrix, entry)}, ${formatPrecision(entry.quantization)}, ${formatGpuCount(entry.gpuCount)}`,
    entry.type === 'single_stream' ? '' : formatLoad(entry.type, entry.load),
    describeOrigin(matrix, entry, figure, measure),
    `prompt tokens ${formatPromptSizes(entry.buckets.join(' '))}`,
    formatMonths(entry.firstMonth, entry.lastMonth),
    measure === 'cost' ? describeRent(matrix, entry) : '',
  ]
  return parts.filter(Boolean).join(' · ')
}

function describeOrigin(matrix: Matrix, entry: Entry, figure: Figure, measure: Measure): string {
  if (entry.kind === 'curated') return `curated: ${sourceTitle(matrix, entry.source)}`
  const interval = figure.interval ? `, 95 % interval ${formatRange(...figure.interval, formatOf(measure))}` : ''
  return `community: ${formatContributors(entry.contributors)}, ${entry.evidence}${interval}`
}

function describeRent(matrix: Matrix, { gpu, gpuCount, type }: Entry): string {
  const rent = matrix.gpus[gpu]!.rents[gpuCount]!
  const users = type === 'single_stream' ? 'one user' : 'all users together'
  return `${users}; $${formatUsd(rent.usdPerHour)}/h, cheapest on demand (${rentOrigin(rent, gpuCount)})`
}

export function sourceTitle(matrix: Matrix, id: string): string {
  return matrix.sources.find((source) => source.id === id)?.name ?? id
}

/** The engine of an entry, with its backend where it is known. */
export const engineOf = (matrix: Matrix, { engine, backend }: Entry): string =>
  formatEngine(matrix.engines[engine]!.name, backend)

/** A figure relative to its baseline: `0.42× of 52.1 tok/s on H100, vLLM, fp16`; empty for the baseline itself. */
export function describeRelation(matrix: Matrix, measure: Measure, relation: Relation | undefined): string {
  if (!relation || relation.isBase) return ''
  const { base, alike, factor } = relation
  const count = base.gpuCount > 1 ? ` ×${base.gpuCount}` : ''
  const what = `${matrix.gpus[base.gpu]!.name}${count}, ${engineOf(matrix, base)}, ${formatPrecision(base.quantization)}${base.type === 'single_stream' ? '' : `, ${formatLoad(base.type, base.load)}`}`
  const value = valueWithUnit(matrix, base, measure)
  const unlike = alike ? '' : '; different configuration (precision, GPU count, users, backend, prompt sizes or source)'
  return `${factor.toPrecision(2)}× of ${value} on ${what}${unlike}`
}

/** What an empty cell lacks, which other figures exist for it, and what would fill it. */
export function describeEmpty(matrix: Matrix, state: MatrixState, model: number, gpu: number): string {
  const { title } = MEASURE_INFO[state.metric]
  const where = `${matrix.models[model]!.name} on ${matrix.gpus[gpu]!.name}`
  const here = matrix.entries.filter((entry) => entry.model === model && entry.gpu === gpu)
  const lacks = `No ${title.toLowerCase()}, ${MEASUREMENT_LABELS[state.type].title.toLowerCase()}, for ${where}.`
  if (here.length > 0) return `${lacks} ${describeOthers(matrix, state, here)}`
  if (state.metric === 'cost' && Object.keys(matrix.gpus[gpu]!.rents).length === 0)
    return `${lacks} No rental price is on record for this GPU.`
  return `${lacks} A published benchmark or runs shared by five contributors would fill it. Press Enter or click for an estimate and the command to measure it.`
}

function describeOthers(matrix: Matrix, state: MatrixState, here: Entry[]): string {
  const sameType = here.filter((entry) => entry.type === state.type)
  const measures = MEASURES.filter((measure) => sameType.some((entry) => figureOf(matrix, entry, measure)))
  const types = [...new Set(here.map((entry) => entry.type))].filter((type) => type !== state.type)
  if (measures.includes(state.metric)) return 'The filters hide its figures.'
  const known = [
    ...measures.filter((measure) => measure !== 'speed').map((measure) => MEASURE_INFO[measure].title.toLowerCase()),
    ...types.map((type) => MEASUREMENT_LABELS[type].title.toLowerCase()),
  ]
  return `Measured for it: ${known.join(', ')}.`
}

/** Describes the figures shown, so that no one mistakes a best value for an average. */
export function describeShown(state: MatrixState, grid: Grid, list: boolean): { extent: string; meaning: string } {
  const { title, unit, meaning } = MEASURE_INFO[state.metric]
  const type = MEASUREMENT_LABELS[state.type]
  const { hidden: rest } = grid
  const isCut = !list && rest.models + rest.gpus > 0
  const models = plural(grid.models.length + (list ? rest.models : 0), 'model')
  const gpus = plural(grid.gpus.length + (list ? rest.gpus : 0), 'GPU')
  const extent = `${plural(grid.size, 'figure')}${isCut ? '; shown: ' : ', '}${models} × ${gpus}${isCut ? ' that people look for most' : ''}`
  const hidden = grid.size - grid.filled
  const best = list || hidden === 0 ? '' : ' Each cell shows its best figure, +N counts the others.'
  const count = state.gpus.length === 0 ? ' One GPU, or the fewest that were measured; ×N says how many.' : ''
  const sizes =
    state.metric === 'decode_tps' || state.metric === 'speed'
      ? ''
      : ' It depends on the prompt size; a figure over several sizes says so.'
  return {
    extent: `${extent}. ${title}, ${type.title.toLowerCase()}, median in ${unit}.`,
    meaning: `${title}: ${meaning}; ${type.meaning}.${sizes}${count}${best} Nothing is averaged.`,
  }
}

/** What the button shows that widens or narrows the grid; empty where there is nothing more. */
export function describeScope({ scope }: MatrixState, { models, gpus, hidden }: Grid): string {
  if (scope === 'all') return 'Show what people look for most'
  if (hidden.models + hidden.gpus === 0) return ''
  return `Show all ${plural(models.length + hidden.models, 'model')} × ${plural(gpus.length + hidden.gpus, 'GPU')}`
}

/** The number of filters set below the headline row. */
export function countFilters(state: MatrixState): number {
  return FACETS.filter((facet) => state[facet].length > 0).length
}

/** What a cost includes; empty for measured metrics. */
export function noteFor(state: MatrixState): string {
  if (state.metric !== 'cost') return ''
  return state.type === 'single_stream'
    ? 'Cost for one user: the rent of the GPUs with one request at a time. A server with many users pays less per token. Cheapest on-demand price on record; no electricity.'
    : 'Cost for several users: the rent of the GPUs over the tokens of all users together; no cost where a source does not say how many that were. Cheapest on-demand price on record; no electricity.'
}

/** `3 prompt sizes` if the figure is rolled up over several and its measure depends on them; else empty. */
export function rolledUpSizes(entry: Entry, measure: Measure): string {
  return dependsOnPrompt(entry, measure) && entry.buckets.length > 1 ? `${entry.buckets.length} prompt sizes` : ''
}

export const kindLabel = (entry: Entry): string => `${KIND_LABELS[entry.kind].glyph} ${KIND_LABELS[entry.kind].title}`

/** `766 figures for 264 models on 33 GPUs with 10 engines`, over all measurement types. */
export function describeExtent(matrix: Matrix): string {
  const { entries, models, gpus, engines } = matrix
  return `${plural(entries.length, 'figure')} for ${plural(models.length, 'model')} on ${plural(gpus.length, 'GPU')} with ${plural(engines.length, 'engine')}`
}

/** The text for an empty result, with the number of figures that the search alone would find. */
export function describeNothing(matrix: Matrix, state: MatrixState): string {
  const unknown = state.gpu.filter((id) => !matrix.gpus.some((gpu) => gpu.id === id))
  if (unknown.length > 0)
    return `No GPU with a published figure has the id ${unknown.map((id) => `“${id}”`).join(', ')}.`
  const alone = filterEntries(matrix, { ...state, memory: '', ...noFacets() })
  if (alone.length === 0) return 'No published figure passes these filters.'
  const models = countDistinct(alone, 'model')
  return `No published figure passes these filters. Clear the hardware filters to see ${plural(alone.length, 'figure')} for ${plural(models, 'model')}.`
}

function noFacets(): Pick<MatrixState, (typeof FACETS)[number]> {
  return { gpu: [], engine: [], quantization: [], gpus: [ANY_COUNT], load: [], source: [], kind: [] }
}
