import { CONCURRENCY_BUCKETS, type ConcurrencyBucket, concurrencyBucket } from '../../../contracts/load.ts'
import { groupBy } from '../group_by.ts'
import type { Entry, Model } from '../matrix/entries.ts'
import { toBar } from './bar.ts'
import { estimateSpeed, indexOf } from './estimate.ts'
import { findNearest } from './nearest.ts'
import type { Answer, Bar, CatalogueGpu, CatalogueModel, Criterion, Estimate, Facts, Question } from './types.ts'
import { findWaysOut } from './ways_out.ts'

/** The answer to a question, from published figures only; an estimate stands apart. */
export function answerQuestion(facts: Facts, question: Question): Answer {
  const measured = findMeasured(facts, question)
  const isMeasured = measured.bars.length > 0
  const { unknown, estimate } = isMeasured
    ? { unknown: findUnknown(facts, question), estimate: null }
    : lookFurther(facts, question)
  const isKnown = unknown.gpu === undefined && unknown.model === undefined
  return {
    question,
    ...measured,
    unknown,
    estimate,
    nearest: !isMeasured && measured.lower.length === 0 && isKnown ? findNearest(facts, question) : [],
    waysOut: isMeasured ? [] : findWaysOut(facts, question, (changed) => findMeasured(facts, changed).bars.length),
  }
}

/** What makes an answer the best one: asked for, else speed where the model is known, size where not, and cost for several users. */
export function criterionOf({ by, model, users }: Question): Criterion {
  if (by !== '') return by
  return model === '' ? 'size' : users > 1 ? 'cost' : 'speed'
}

type Measured = Pick<Answer, 'by' | 'bars' | 'left' | 'lower' | 'measuredTo'>

function findMeasured(facts: Facts, question: Question): Measured {
  const by = criterionOf(question)
  const rows = facts.matrix.entries.filter((entry) => covers(facts, question, entry))
  const { enough, lower } = splitByLoad(rows, question.users)
  const reasons = new Map<string, number>()
  const passing = enough.flatMap((entry) => {
    const bar = toBar(facts, entry)
    const reason = bar ? firstReason(bar, question, by) : 'without the speed of one user'
    if (reason) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    return bar && !reason ? [bar] : []
  })
  const bars = rank(facts, passing, question, by)
  const below =
    bars.length + reasons.size > 0
      ? []
      : rank(
          facts,
          lower.flatMap((entry) => toBar(facts, entry) ?? []),
          question,
          'speed',
        )
  const measuredTo = below.reduce<ConcurrencyBucket | null>(
    (most, { entry }) => (most === null || loadOf(entry) > placeOf(most) ? entry.load : most),
    null,
  )
  return { by, bars, left: [...reasons].map(([reason, n]) => ({ reason, rows: n })), lower: below, measuredTo }
}

/** Whether a row is about the hardware, the model and the number of users of a question; how many users exactly is not looked at. */
function covers({ matrix }: Facts, { gpu, count, budget, model, upTo, users }: Question, entry: Entry): boolean {
  const { id, rents } = matrix.gpus[entry.gpu]!
  const { slug } = matrix.models[entry.model]!
  if ((entry.type === 'single_stream') !== (users === 1)) return false
  if (gpu !== '' && gpu !== id) return false
  if (count !== 'any' && count !== entry.gpuCount) return false
  if (budget !== null && (rents[entry.gpuCount]?.usdPerHour ?? Number.POSITIVE_INFINITY) > budget) return false
  if (model !== '' && model !== slug) return false
  return upTo === null || sizeOf(matrix.models[entry.model]!) <= upTo
}

/** Billions of parameters, by the name where it rounds them: a `Qwen3-14B` of 14.8 billion is one of `up to 14B`. Infinite where not known. */
function sizeOf({ name, paramsB }: Model): number {
  if (paramsB === null) return Number.POSITIVE_INFINITY
  const named = Number(/(\d+(?:\.\d+)?)B\b/i.exec(name)?.[1])
  return Math.abs(named / paramsB - 1) < 0.1 ? Math.min(named, paramsB) : paramsB
}

const placeOf = (load: ConcurrencyBucket): number => CONCURRENCY_BUCKETS.indexOf(load)
const loadOf = ({ load }: Entry): number => placeOf(load)
const isStated = ({ load }: Entry): boolean => load !== 'any' && load !== 'unknown'

/**
 * Of each configuration the row at the lowest measured load that has room for so many users; and of those measured at lower loads only, the
 * row at the highest one. Nothing is said of loads that were not measured.
 */
function splitByLoad(rows: Entry[], users: number): { enough: Entry[]; lower: Entry[] } {
  if (users === 1) return { enough: rows, lower: [] }
  const least = placeOf(concurrencyBucket(users))
  const configurations = groupBy(rows.filter(isStated), configurationOf)
  const enough: Entry[] = []
  const lower: Entry[] = []
  for (const all of configurations.values()) {
    const sorted = all.toSorted((a, b) => loadOf(a) - loadOf(b))
    const first = sorted.find((entry) => loadOf(entry) >= least)
    if (first) enough.push(first)
    else lower.push(sorted.at(-1)!)
  }
  return { enough, lower }
}

const configurationOf = ({ model, gpu, gpuCount, engine, backend, quantization, source, type }: Entry): string =>
  [model, gpu, gpuCount, engine, backend, quantization, source, type].join(' ')

/** Why a limit leaves a row out; null where none does. */
function firstReason({ speed, ttft, cost }: Bar, question: Question, by: Criterion): string | null {
  if (question.tps !== null && speed.figure.p50 < question.tps)
    return speed.isLowerBound
      ? `not known to reach ${question.tps} tok/s (end-to-end speed only)`
      : `slower than ${question.tps} tok/s`
  if (question.ttft !== null && !ttft) return 'without a time to first token'
  if (question.ttft !== null && ttft!.p50 > question.ttft) return `later to the first token than ${question.ttft} ms`
  if (by === 'cost' && !cost) return 'without a price or a throughput'
  if (by === 'ttft' && !ttft) return 'without a time to first token'
  return null
}

/** Best first, one row of either kind for each that the question leaves open: models, GPUs, or the configurations of a pair. */
function rank(facts: Facts, bars: Bar[], question: Question, by: Criterion): Bar[] {
  const sorted = bars.toSorted((a, b) => compareBars(facts, a, b, by))
  if (question.model !== '' && question.gpu !== '') return sorted
  const key = ({ entry }: Bar) =>
    `${entry.kind} ${question.model === '' ? entry.model : `${entry.gpu} ${entry.gpuCount}`}`
  return [...groupBy(sorted, key).values()].map(([first]) => first!)
}

/** Of equal values a lower bound is the better one, for it may be more. */
function compareBars({ matrix }: Facts, a: Bar, b: Bar, by: Criterion): number {
  const size = ({ entry }: Bar) => matrix.models[entry.model]!.paramsB ?? 0
  const bySpeed =
    b.speed.figure.p50 - a.speed.figure.p50 ||
    Number(b.speed.isLowerBound) - Number(a.speed.isLowerBound) ||
    (a.entry.id < b.entry.id ? -1 : 1)
  if (by === 'cost')
    return (a.cost?.p50 ?? Number.POSITIVE_INFINITY) - (b.cost?.p50 ?? Number.POSITIVE_INFINITY) || bySpeed
  if (by === 'ttft')
    return (a.ttft?.p50 ?? Number.POSITIVE_INFINITY) - (b.ttft?.p50 ?? Number.POSITIVE_INFINITY) || bySpeed
  return by === 'size' ? size(b) - size(a) || bySpeed : bySpeed
}

function findUnknown({ catalogue }: Facts, { gpu, model }: Question): Answer['unknown'] {
  return {
    ...(gpu !== '' && !indexOf(catalogue.gpus, 'id').has(gpu) && { gpu }),
    ...(model !== '' && !indexOf(catalogue.models, 'slug').has(model) && { model }),
  }
}

/** What can be said about a pair that was not measured. */
function lookFurther(facts: Facts, question: Question): { unknown: Answer['unknown']; estimate: Estimate | null } {
  const { catalogue } = facts
  const gpu = indexOf(catalogue.gpus, 'id').get(question.gpu)
  const model = indexOf(catalogue.models, 'slug').get(question.model)
  const isOfOne = question.users === 1 && (question.count === 1 || question.count === 'any')
  const isMeasured = facts.matrix.entries.some((entry) => covers(facts, question, entry))
  const estimate =
    gpu && model && isOfOne && !isMeasured ? estimateSpeed(facts, gpu, model, choosePrecision(facts, gpu, model)) : null
  return { unknown: findUnknown(facts, question), estimate }
}

/** Of the precisions that one-user rows of a model have, the most usual one that fits the memory; else four bits, as most single cards run. */
function choosePrecision(facts: Facts, { memoryGb }: CatalogueGpu, { slug, paramsB }: CatalogueModel): string {
  const fits = (quantization: string) =>
    memoryGb === null || paramsB === null || (paramsB * facts.catalogue.bits[quantization]!) / 8 <= memoryGb
  return usualPrecisions(facts, slug).find(fits) ?? FOUR_BITS
}
const FOUR_BITS = 'Q4_K_M'

function usualPrecisions({ matrix, catalogue }: Facts, slug: string): string[] {
  const counts = new Map<string, number>()
  for (const { model, type, quantization } of matrix.entries) {
    if (matrix.models[model]!.slug !== slug || type !== 'single_stream' || !catalogue.bits[quantization]) continue
    counts.set(quantization, (counts.get(quantization) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([quantization]) => quantization)
}
