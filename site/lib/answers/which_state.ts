import { CONCURRENCY_BUCKETS, type ConcurrencyBucket } from '../../../contracts/load.ts'
import { KINDS, type Kind, MEASUREMENT_TYPES, type MeasurementType } from '../labels.ts'
import { type ModelAnswers, SPEED_METRICS, type SpeedMetric } from './types.ts'

export const RANK_KEYS = ['speed', 'ttft', 'cost'] as const
export type RankKey = (typeof RANK_KEYS)[number]

/** A question with its limits; null or an empty text is no limit. */
export interface Question {
  model: string
  type: MeasurementType
  metric: SpeedMetric
  /** Requests served at once; empty for any, each run then at its own load. */
  load: ConcurrencyBucket | ''
  by: RankKey
  quantization: string
  /** Least tokens per second. */
  tps: number | null
  /** Latest first token, in milliseconds. */
  ttft: number | null
  /** USD per hour or month, for all GPUs. */
  budget: number | null
  per: 'hour' | 'month'
  /** Most USD per million output tokens. */
  cost: number | null
  /** Memory of all GPUs together, in GB. */
  memoryMin: number | null
  memoryMax: number | null
}

/** The names of the limits in the address and in the form. */
const LIMITS = {
  tps: 'tps',
  ttft: 'ttft',
  budget: 'budget',
  cost: 'cost',
  memoryMin: 'vram',
  memoryMax: 'vram-max',
} as const
type LimitKey = keyof typeof LIMITS

/** The question of a query string; whatever is missing or not published for the model gets its default. */
export function parseQuestion(params: URLSearchParams, data: ModelAnswers): Question {
  const type = chooseType(params.get('type'), data)
  const by = RANK_KEYS.find((key) => key === params.get('by')) ?? 'speed'
  const limits = Object.entries(LIMITS).map(([key, name]) => [key, parsePositive(params.get(name))])
  const quantization = params.get('quant') ?? ''
  return {
    model: data.slug,
    type,
    metric: chooseMetric(params.get('metric'), type, data, by),
    load: chooseLoad(params.get('load'), type, data),
    by,
    quantization: data.runs.some((run) => run.type === type && run.quantization === quantization) ? quantization : '',
    per: params.get('per') === 'month' ? 'month' : 'hour',
    ...(Object.fromEntries(limits) as Record<LimitKey, number | null>),
  }
}

/** The query string of a question: empty for the default one, else it always names the model, so that a link keeps its meaning. */
export function formatQuestion(question: Question, data: ModelAnswers, defaultModel: string): string {
  const plain = parseQuestion(new URLSearchParams(), data)
  const params = new URLSearchParams()
  if (question.type !== plain.type) params.set('type', question.type)
  if (question.metric !== chooseMetric(null, question.type, data, question.by)) params.set('metric', question.metric)
  if (question.load !== chooseLoad(null, question.type, data)) params.set('load', question.load || 'each')
  if (question.by !== 'speed') params.set('by', question.by)
  if (question.quantization !== '') params.set('quant', question.quantization)
  for (const [key, name] of Object.entries(LIMITS)) {
    const value = question[key as LimitKey]
    if (value !== null) params.set(name, String(value))
  }
  if (question.budget !== null && question.per === 'month') params.set('per', 'month')
  if (params.size === 0 && question.model === defaultModel) return ''
  return `?${new URLSearchParams([['model', question.model], ...params])}`
}

/** The measurement types of a model, in the order of the contract. */
export function typesOf(data: ModelAnswers): MeasurementType[] {
  return MEASUREMENT_TYPES.filter((type) => data.runs.some((run) => run.type === type && hasSpeed(run.figures)))
}

/** How many runs of a type have a speed metric. */
export function countRuns(data: ModelAnswers, type: MeasurementType, metric: SpeedMetric): number {
  return data.runs.filter((run) => run.type === type && run.figures[metric]).length
}

/** The kinds that a model has runs of. */
export function kindsOf(data: ModelAnswers): Kind[] {
  return KINDS.filter((kind) => data.runs.some((run) => run.kind === kind))
}

export function chooseType(asked: string | null, data: ModelAnswers): MeasurementType {
  const types = typesOf(data)
  return types.find((type) => type === asked) ?? types[0] ?? 'single_stream'
}

/** The loads that runs of a type were measured at, in order. */
export function loadsOf(data: ModelAnswers, type: MeasurementType): ConcurrencyBucket[] {
  return CONCURRENCY_BUCKETS.filter((load) => data.runs.some((run) => run.type === type && run.load === load))
}

/** The load asked for, or none (`each`); by default the one that most GPUs were measured at, for speeds at unlike loads do not compare. */
function chooseLoad(asked: string | null, type: MeasurementType, data: ModelAnswers): ConcurrencyBucket | '' {
  if (type === 'single_stream' || asked === 'each') return ''
  const loads = loadsOf(data, type)
  const gpus = (load: ConcurrencyBucket) =>
    new Set(data.runs.filter((run) => run.type === type && run.load === load).map((run) => run.gpu)).size
  return loads.find((load) => load === asked) ?? loads.toSorted((a, b) => gpus(b) - gpus(a))[0] ?? ''
}

/**
 * The metric asked for; by default decode speed if at least half of the runs have it, else end-to-end speed. By cost it is end-to-end speed,
 * which costs of one user follow from, so that no run with a cost is hidden.
 */
export function chooseMetric(
  asked: string | null,
  type: MeasurementType,
  data: ModelAnswers,
  by: RankKey = 'speed',
): SpeedMetric {
  const found = SPEED_METRICS.filter((metric) => countRuns(data, type, metric) > 0)
  const own = found.find((metric) => metric === asked)
  if (own) return own
  if (by === 'cost') return found.includes('e2e_tps') ? 'e2e_tps' : (found[0] ?? 'e2e_tps')
  const runs = data.runs.filter((run) => run.type === type).length
  return countRuns(data, type, 'decode_tps') * 2 >= runs || found.length < 2 ? (found[0] ?? 'decode_tps') : 'e2e_tps'
}

/** A number above zero; null for anything else. */
export function parsePositive(text: string | null): number | null {
  const value = Number(text)
  return text && Number.isFinite(value) && value > 0 ? value : null
}

function hasSpeed(figures: ModelAnswers['runs'][number]['figures']): boolean {
  return SPEED_METRICS.some((metric) => figures[metric])
}
