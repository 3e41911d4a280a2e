import { METRIC_INFO } from '../../../contracts/metrics.ts'
import { cheapestRent, type Rent, rentedCost } from '../cost.ts'
import { groupBy } from '../group_by.ts'
import { KINDS, type Kind } from '../labels.ts'
import { boundsOf, judgeMedians } from './figures.ts'
import type { AnswerGpu, Figure, ModelAnswers, Run } from './types.ts'
import type { Question } from './which_state.ts'

/** A run that the question covers, with the figures that decide its rank. */
export interface Candidate {
  run: Run
  gpu: AnswerGpu
  engine: string
  speed: Figure
  ttft: Figure | undefined
  rent: Rent | null
  /** USD per million output tokens at the list price. */
  cost: Figure | null
}

export interface Ranked extends Candidate {
  /** 1 + how many beat it; null for community figures of too few contributors. */
  rank: number | null
  /** Whether it is indistinguishable from another one in the list. */
  tied: boolean
  /** Meets a limit by its median, but not over its whole spread. */
  borderline: boolean
  /** Further runs of the same GPU, GPU count and engine that pass the limits. */
  others: number
}

export interface Answer {
  kind: Kind
  ranked: Ranked[]
  /** How many runs are hidden, by reason. */
  hidden: { reason: string; runs: number }[]
}

/** A limit that a run has to meet: the reason why it does not, or null. */
type Limit = (candidate: Candidate) => string | null

/** The ranked GPU × engine for a question, per kind: community and curated figures are never mixed. Kinds without a run have no answer. */
export function answerQuestion(data: ModelAnswers, question: Question): Answer[] {
  return KINDS.flatMap((kind) => {
    const runs = data.runs.filter((run) => run.kind === kind && run.type === question.type)
    const asked = runs.filter(
      (run) =>
        (question.quantization === '' || run.quantization === question.quantization) &&
        (question.load === '' || run.load === question.load),
    )
    return asked.length === 0 ? [] : [answerKind(data, asked, question, kind)]
  })
}

function answerKind(data: ModelAnswers, runs: Run[], question: Question, kind: Kind): Answer {
  const candidates = toCandidates(data, runs, question)
  const limits = limitsOf(question)
  const reasons = candidates.map((candidate) => firstReason(candidate, limits))
  const passing = candidates.filter((_, i) => reasons[i] === null)
  const hidden = [
    ...groupBy(
      reasons.filter((reason) => reason !== null),
      (reason) => reason,
    ),
  ].map(([reason, all]) => ({ reason, runs: all.length }))
  const unmeasured = runs.length - candidates.length
  const title = METRIC_INFO[question.metric].title.toLowerCase()
  if (unmeasured > 0) hidden.unshift({ reason: `without a figure of ${title}`, runs: unmeasured })
  return { kind, ranked: rank(passing, question, kind), hidden }
}

function toCandidates(data: ModelAnswers, runs: Run[], { metric }: Question): Candidate[] {
  const gpus = new Map(data.gpus.map((gpu) => [gpu.id, gpu]))
  const engines = new Map(data.engines.map((engine) => [engine.id, engine.name]))
  return runs.flatMap((run) => {
    const speed = run.figures[metric]
    if (!speed) return []
    const gpu = gpus.get(run.gpu)!
    const rent = cheapestRent(gpu.listings, run.gpuCount)
    const cost = rentedCost(run, rent)
    return [{ run, gpu, engine: engines.get(run.engine)!, speed, ttft: run.figures.ttft_ms, rent, cost }]
  })
}

function firstReason(candidate: Candidate, limits: Limit[]): string | null {
  for (const limit of limits) {
    const reason = limit(candidate)
    if (reason) return reason
  }
  return null
}

/** Hours of a month: 365 × 24 / 12. */
const HOURS_PER_MONTH = 730

/** The budget as USD per hour. */
export function hourlyBudget({ budget, per }: Pick<Question, 'budget' | 'per'>): number | null {
  return budget === null ? null : per === 'month' ? budget / HOURS_PER_MONTH : budget
}

function limitsOf(question: Question): Limit[] {
  const budget = hourlyBudget(question)
  const { tps, ttft, cost, by, memoryMin, memoryMax } = question
  const memory = ({ gpu, run }: Candidate) => (gpu.memoryGb === null ? null : gpu.memoryGb * run.gpuCount)
  return [
    atLeast(tps, (c) => c.speed.p50, 'slower than the least speed', ''),
    atMost(ttft, (c) => c.ttft?.p50, 'slower to the first token', 'without a first-token time'),
    atMost(budget, (c) => c.rent?.usdPerHour, 'over the budget', 'without a list price'),
    atMost(cost, (c) => c.cost?.p50, 'over the cost per token', 'without a known cost'),
    atLeast(memoryMin, memory, 'with less memory', 'of unknown memory'),
    atMost(memoryMax, memory, 'with more memory', 'of unknown memory'),
    (c) => (by === 'cost' && !c.cost ? 'without a known cost' : null),
    (c) => (by === 'ttft' && !c.ttft ? 'without a first-token time' : null),
  ]
}

type Value = (candidate: Candidate) => number | null | undefined

function atMost(limit: number | null, value: Value, over: string, unknown: string): Limit {
  return (candidate) => {
    const found = value(candidate)
    if (limit === null) return null
    return found === null || found === undefined ? unknown : found > limit ? over : null
  }
}

function atLeast(limit: number | null, value: Value, under: string, unknown: string): Limit {
  return (candidate) => {
    const found = value(candidate)
    if (limit === null) return null
    return found === null || found === undefined ? unknown : found < limit ? under : null
  }
}

/** The figure that a question ranks by. */
export function criterion(candidate: Candidate, by: Question['by']): Figure {
  return by === 'cost' ? candidate.cost! : by === 'ttft' ? candidate.ttft! : candidate.speed
}

/** The best run of each GPU × GPU count × engine, best first. */
function rank(candidates: Candidate[], question: Question, kind: Kind): Ranked[] {
  const higherIsBetter = question.by === 'speed'
  const value = (candidate: Candidate) => criterion(candidate, question.by)
  const bestFirst = candidates.toSorted(
    (a, b) => (value(a).p50 - value(b).p50) * (higherIsBetter ? -1 : 1) || a.run.id.localeCompare(b.run.id),
  )
  const groups = [...groupBy(bestFirst, ({ run }) => `${run.gpu} ${run.gpuCount} ${run.engine}`).values()]
  const leaders = groups.map((group) => group[0]!)
  return leaders.map((candidate, i) => ({
    ...candidate,
    ...standing(value(candidate), leaders.map(value), { kind, higherIsBetter }),
    borderline: isBorderline(candidate, question),
    others: groups[i]!.length - 1,
  }))
}

/** The rank of a figure among all, itself included. */
function standing(own: Figure, all: Figure[], terms: { kind: Kind; higherIsBetter: boolean }) {
  if (terms.kind === 'community' && !own.interval) return { rank: null, tied: false }
  const outcomes = all.filter((other) => other !== own).map((other) => judgeMedians(other, own, terms))
  const beaten = outcomes.filter((outcome) => outcome === 'better').length
  return { rank: 1 + beaten, tied: outcomes.includes('tie') }
}

function isBorderline({ speed, ttft }: Candidate, question: Question): boolean {
  const slow = question.tps !== null && boundsOf(speed)[0] < question.tps
  const late = question.ttft !== null && ttft !== undefined && boundsOf(ttft)[1] > question.ttft
  return slow || late
}
