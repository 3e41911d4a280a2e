import type { ConcurrencyBucket } from '../../../contracts/load.ts'
import { METRIC_INFO, PROMPT_BUCKET_TITLES, type PromptBucket } from '../../../contracts/metrics.ts'
import { formatParameters, plural } from '../format.ts'
import { formatUsers, MEASUREMENT_LABELS } from '../labels.ts'
import { type Against, type Match, type MatchGroup, type Part, stratumOf } from './match.ts'
import type { ModelName, Names, Side } from './types.ts'

/** `One user: decode speed` */
export function groupTitle({ type, metric }: Pick<MatchGroup, 'type' | 'metric'>): string {
  return `${MEASUREMENT_LABELS[type].title}: ${METRIC_INFO[metric].title.toLowerCase()}`
}

/** `1.62×`; two digits of the difference if two decimals would hide it: `1.0013×`. */
export function formatRatio(ratio: number): string {
  const difference = Math.abs(ratio - 1)
  if (difference > 0 && ratio.toFixed(2) === '1.00') return `${ratio.toFixed(1 - Math.floor(Math.log10(difference)))}×`
  return `${ratio >= 100 ? Math.round(ratio) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2)}×`
}

const LIKE = 'like-for-like comparison'

/** How a subject does against the first, in one sentence whose subject is the better one, with the number of comparisons behind it. */
export function verdict(
  names: string[],
  { at, contrasts, overall }: Against,
  { metric }: Pick<MatchGroup, 'metric'>,
): string {
  const [first, other] = [names[0]!, names[at]!]
  const all = contrasts.length
  const { outcome, counts, ratio } = overall
  const isLatency = !METRIC_INFO[metric].higher_is_better
  const wins = (count: number) =>
    all === 1
      ? `in the one ${LIKE}`
      : count === all
        ? all === 2
          ? `in both ${LIKE}s`
          : `in all ${plural(all, LIKE)}`
        : `in ${count} of ${plural(all, LIKE)}`
  const beats = (winner: string, loser: string, count: number, [mid, low, high]: [number, number, number]) => {
    const range =
      all === 1 ? formatRatio(mid) : `${formatRatio(mid)} at the median (${formatRatio(low)} to ${formatRatio(high)})`
    return `${winner} ${isLatency ? 'gives the first token sooner' : 'is faster'} than ${loser} ${wins(count)}, ${range}.`
  }
  if (outcome === 'better') return beats(first, other, counts.better, [ratio.mid, ratio.low, ratio.high])
  if (outcome === 'worse') return beats(other, first, counts.worse, [1 / ratio.mid, 1 / ratio.high, 1 / ratio.low])
  if (outcome === 'open') return `Too few contributors to tell ${first} from ${other}, in ${plural(all, LIKE)}.`
  const decided = counts.better + counts.worse
  if (decided === 0) return `${first} and ${other} are indistinguishable ${all === 1 ? wins(1) : wins(all)}.`
  return `${first} and ${other} are indistinguishable over ${plural(all, LIKE)}: ${first} ahead in ${counts.better}, ${other} in ${counts.worse}.`
}

/** What the comparisons of a group cover, so that none is taken for more: models with their range of size, loads, prompt sizes, sources. */
export function coverage(matches: Match[], side: Side, names: Names): string {
  const cells = matches.map(stratumOf)
  const count = (values: string[]) => new Set(values).size
  const parts = [
    side !== 'models' &&
      describeModels(
        cells.map(({ model }) => model),
        names,
      ),
    side !== 'gpus' &&
      describeGpus(
        cells.map(({ gpu }) => gpu),
        names,
      ),
    plural(count(cells.map(({ load }) => load)), 'load'),
    plural(count(cells.map(({ bucket }) => bucket)), 'prompt size'),
    plural(count(cells.map(({ source }) => source)), 'source'),
  ]
  return `Covers ${parts.filter(Boolean).join(', ')}.`
}

function describeGpus(ids: string[], { gpus }: Names): string {
  const own = [...new Set(ids)]
  return own.length === 1 ? `one GPU (${gpus[own[0]!]})` : plural(own.length, 'GPU')
}

function describeModels(ids: string[], { models }: Names): string {
  const own = [...new Set(ids)].map((id) => models[id]!)
  const sizes = own.flatMap(({ paramsB }) => paramsB ?? []).sort((a, b) => a - b)
  if (own.length === 1) return `one model (${own[0]!.name})`
  const range = sizes.length > 1 ? ` (${formatParameters(sizes[0])} to ${formatParameters(sizes.at(-1))})` : ''
  return `${plural(own.length, 'model')}${range}`
}

/** What a model that was asked for, but not measured alike, leaves to say; empty if it lies within what was measured. */
export function describeExtrapolation({ name, paramsB }: ModelName, matches: Match[], names: Names): string {
  const sizes = matches.flatMap((match) => names.models[stratumOf(match).model]?.paramsB ?? []).sort((a, b) => a - b)
  const shown = matches.length === 0 ? '' : ' Shown instead: all other models.'
  const lead = `${name} has not been measured like for like on these.${shown}`
  if (paramsB === null || sizes.length === 0) return lead
  const [least, most] = [sizes[0]!, sizes.at(-1)!]
  const range = least === most ? formatParameters(least) : `${formatParameters(least)} to ${formatParameters(most)}`
  const isOutside = paramsB < least || paramsB > most
  return `${lead} They have ${range} parameters${isOutside ? `; ${formatParameters(paramsB)} would be an extrapolation` : ''}.`
}

/** A part of a breakdown in words. */
export function formatPart(by: Part, value: string, { gpus }: Names): string {
  if (by === 'gpu') return gpus[value]!
  return by === 'bucket' ? PROMPT_BUCKET_TITLES[value as PromptBucket] : formatUsers(value as ConcurrencyBucket)
}
