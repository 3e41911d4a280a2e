import { judgeMedians } from '../answers/figures.ts'
import { benchCommand, loadCommand } from '../commands.ts'
import type { Figure } from '../figure.ts'
import { formatUsd, formatValue, plural } from '../format.ts'
import { formatEngine, formatGpuCount, formatLoad, formatPrecision, formatUsers } from '../labels.ts'
import { markBound } from '../speed.ts'
import { backTestOf, indexOf } from './estimate.ts'
import type { Answer, Bar, Criterion, Facts, Question } from './types.ts'

/** The answer in words. Every claim is about the bars of the answer and no others. */

/** The value that an answer is the best by, as it is written in its bar. */
export function criterionText(bar: Bar, by: Criterion): string {
  if (by === 'cost') return `$${formatUsd(bar.cost!.p50)} per 1M output tokens`
  if (by === 'ttft') return `first token after ${formatValue(bar.ttft!.p50)} ms`
  return speedText(bar)
}

/** `112 tok/s`, `≥ 72.1 tok/s`. */
export const speedText = ({ speed }: Bar): string => `${markBound(formatValue(speed.figure.p50), speed)} tok/s`

/** `NVIDIA H100 ×4`. */
export function gpuText({ matrix }: Facts, { entry }: Bar): string {
  return `${matrix.gpus[entry.gpu]!.name}${entry.gpuCount > 1 ? ` ×${entry.gpuCount}` : ''}`
}

/** `llama.cpp (Vulkan), Q4_K_M`. */
export function configurationText({ matrix }: Facts, { entry }: Bar): string {
  return `${formatEngine(matrix.engines[entry.engine]!.name, entry.backend)}, ${formatPrecision(entry.quantization)}`
}

/** The answer in one or two sentences. */
export function headline(facts: Facts, answer: Answer): string {
  const { bars, question, lower, measuredTo, unknown } = answer
  if (bars.length > 0) return headlineOf(facts, answer)
  if (unknown.gpu !== undefined) return `The catalogue has no GPU called “${unknown.gpu}”.`
  if (unknown.model !== undefined) return `The catalogue has no model called “${unknown.model}”.`
  if (lower.length > 0 && measuredTo)
    return `Not measured with ${plural(question.users, 'user')}: ${subjectOf(facts, question)} was measured with ${formatUsers(measuredTo)} at most. Nothing is extrapolated.`
  if (answer.left.length > 0) return `No measured result holds these limits for ${subjectOf(facts, question)}.`
  return `Not measured yet: ${subjectOf(facts, question)}, ${usersOf(question)}.`
}

function headlineOf(facts: Facts, { bars, by, question }: Answer): string {
  const [first] = bars as [Bar]
  // Curated and community figures of one GPU or model stand apart: then rows are counted, and each says its kind.
  const isMixed = bars.some(({ entry }) => entry.kind !== first.entry.kind)
  const what = isMixed
    ? `${bars.length} measured results for ${subjectOf(facts, question)}`
    : whatIsBest(facts, question, bars.length)
  const nameWithValue = (bar: Bar) =>
    `${nameOf(facts, question, bar)}, ${criterionText(bar, by)}${isMixed ? ` (${bar.entry.kind})` : ''}`
  const setting = question.users === 1 ? '' : `, measured with ${formatLoad(first.entry.type, first.entry.load)}`
  if (bars.length === 1) return `Measured: ${nameWithValue(first)}${setting}.`
  if (!isRanked(first))
    return `First of ${what} by its median, from too few contributors to rank: ${nameWithValue(first)}${setting}.`
  const tied = by === 'size' ? [] : bars.slice(1).filter((bar) => isTied(first, bar, by))
  if (tied.length === 0) return `${BEST[by]} of ${what}: ${nameWithValue(first)}${setting}.`
  const named = [first, ...tied].slice(0, 3).map(nameWithValue).join('; ')
  const others = tied.length > 2 ? `; and ${tied.length - 2} more` : ''
  return `${BEST[by]} of ${what}, indistinguishable: ${named}${others}${setting}.`
}

const isRanked = ({ entry }: Bar): boolean => entry.kind !== 'community' || entry.evidence === 'ranked'

/** Whether nothing tells two bars apart: they are written alike, or both are community figures whose intervals overlap. */
function isTied(a: Bar, b: Bar, by: Criterion): boolean {
  if (criterionText(a, by) === criterionText(b, by)) return true
  if (a.entry.kind !== 'community' || b.entry.kind !== 'community') return false
  return judgeMedians(figureBy(a, by), figureBy(b, by), { kind: 'community', higherIsBetter: by === 'speed' }) === 'tie'
}

const figureBy = ({ speed, cost, ttft }: Bar, by: Criterion): Figure =>
  by === 'cost' ? cost! : by === 'ttft' ? ttft! : speed.figure

const BEST: Record<Criterion, string> = {
  speed: 'Fastest',
  cost: 'Cheapest',
  ttft: 'Quickest to the first token',
  size: 'Largest',
}

/** What the bars are: `23 measured GPUs for Qwen3-8B`, `12 measured models up to 32B on NVIDIA GeForce RTX 4090`. */
function whatIsBest(facts: Facts, question: Question, n: number): string {
  const { gpu, model, upTo } = question
  if (gpu !== '' && model !== '') return `${plural(n, 'measured configuration')} of ${subjectOf(facts, question)}`
  const hardware = hardwareOf(facts, question)
  if (model !== '')
    return `${n} measured ${question.count === 1 ? 'GPUs' : 'configurations'}${hardware === '' ? '' : ` ${hardware}`} for ${modelName(facts, model)}`
  return `${n} measured models${upTo === null ? '' : ` up to ${upTo}B`}${hardware === '' ? '' : ` ${hardware}`}`
}

function nameOf(facts: Facts, question: Question, bar: Bar): string {
  const model = facts.matrix.models[bar.entry.model]!.name
  if (question.model === '')
    return question.gpu === '' ? `${model} on ${gpuText(facts, bar)}` : `${model} (${configurationText(facts, bar)})`
  return question.gpu === ''
    ? `${gpuText(facts, bar)} (${configurationText(facts, bar)})`
    : configurationText(facts, bar)
}

function hardwareOf({ catalogue }: Facts, { gpu, count, budget }: Question): string {
  if (budget !== null) return `within $${budget}/h`
  const name = gpu === '' ? '' : (indexOf(catalogue.gpus, 'id').get(gpu)?.name ?? gpu)
  if (name === '') return count === 'any' || count === 1 ? '' : `with ${formatGpuCount(count)}`
  return `on ${name}${count === 'any' || count === 1 ? '' : ` ×${count}`}`
}

const modelName = ({ catalogue }: Facts, slug: string) => indexOf(catalogue.models, 'slug').get(slug)?.name ?? slug

/** What is asked about: `Qwen3-8B on NVIDIA GeForce RTX 4090`. */
export function subjectOf(facts: Facts, question: Question): string {
  const model =
    question.model === ''
      ? `any model${question.upTo === null ? '' : ` up to ${question.upTo}B`}`
      : modelName(facts, question.model)
  return [model, hardwareOf(facts, question)].filter(Boolean).join(' ')
}

/** `for one user`, `for 50 users`. */
export const usersOf = ({ users }: Question): string => (users === 1 ? 'for one user' : `for ${users} users`)

/** What the visitor has to know beside the headline. */
export function remarks(answer: Answer): string[] {
  const { question, bars, left, lower } = answer
  const shown = [...bars, ...lower]
  const hidden = left.map(({ reason, rows }) => `${rows} ${reason}`).join('; ')
  return [
    hidden === '' ? '' : `${bars.length === 0 ? 'Measured, but left out' : 'Left out'}: ${hidden}.`,
    question.users > 256 && bars.length > 0
      ? 'Measured with more than 256 users; how many exactly is on the page of each figure.'
      : '',
    shown.some(({ speed }) => speed.isLowerBound)
      ? '≥: the source gives end-to-end speed only; decoding alone is at least that fast.'
      : '',
    differ(shown)
      ? 'Sources, precisions and prompt sizes differ from row to row, so small differences say little.'
      : '',
    lower.length > 0 ? 'Below: the highest load that was measured.' : '',
  ].filter(Boolean)
}

function differ(bars: Bar[]): boolean {
  const distinct = new Set(bars.map(({ entry }) => [entry.source, entry.quantization, entry.buckets.join()].join()))
  return distinct.size > 1
}

/** The estimate in words, with how far such estimates were off. */
export function describeEstimate(facts: Facts, { question, estimate }: Answer): string {
  if (!estimate) return ''
  const { catalogue } = facts
  const { name, group, bandwidthGbps, memoryGb } = indexOf(catalogue.gpus, 'id').get(question.gpu)!
  const at = formatPrecision(estimate.quantization)
  if (estimate.fits === false)
    return `At ${at} the weights alone are about ${formatValue(estimate.weightsGb)} GB, more than the ${formatValue(memoryGb)} GB of one ${name}.`
  const test = backTestOf(facts, group)
  const basis = `${formatValue(bandwidthGbps)} GB/s over ${formatValue(estimate.readGb)} GB read per token, times ${Math.round(estimate.efficiency * 100)} %, which the ${estimate.pairs} most similar measured pairs reach`
  const error = test
    ? ` Back-tested on ${test.pairs} measured pairs, such an estimate is within a factor of ${test.half.toFixed(2)} for half and ${test.most.toFixed(2)} for nine in ten.`
    : ''
  return `About ${formatValue(estimate.tps)} tok/s at ${at}: ${basis}.${error}`
}

/** The commands that would measure what was not: against a running server, and by llama.cpp alone. */
export function describeGap(facts: Facts, { question }: Answer): { text: string; command: string }[] {
  const model = indexOf(facts.catalogue.models, 'slug').get(question.model)
  if (!model) return []
  const repository = model.id.replace(/^hf:/, '')
  if (question.users > 1)
    return [{ text: 'Against any OpenAI-compatible server:', command: loadCommand(repository, question.users) }]
  return [
    { text: 'Against any OpenAI-compatible server:', command: benchCommand(repository) },
    { text: 'With llama.cpp alone:', command: 'llama-bench -m model.gguf -p 512 -n 128 -r 5 -o jsonl > results.jsonl' },
  ]
}
