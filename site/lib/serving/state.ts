import { PROMPT_BUCKETS, type PromptBucket } from '../../../contracts/metrics.ts'
import type { CostBasis } from '../answers/cost.ts'
import { parsePositive } from '../parse_positive.ts'
import type { Slo } from './capacity.ts'
import type { HostedQuote } from './hosted.ts'
import type { Configuration, ServingModel } from './types.ts'

/** What /serving shows. */
export interface ServingQuestion {
  model: string
  prompt: PromptBucket
  output: PromptBucket
  isOffline: boolean
  /** Empty for any. */
  quantization: string
  slo: Slo
  users: number
  basis: CostBasis
  hosted: HostedQuote
}

/** The limits of a question that names none. */
export const DEFAULT_LIMITS = { ttft: '1000', tps: '20', users: '50' } as const
/** What a limit that was emptied has in the address. */
export const NO_LIMIT = 'any'

/** The question of a query string; whatever is missing or not published for the model gets its default. */
export function parseServing(params: URLSearchParams, data: ServingModel): ServingQuestion {
  const isOffline = chooseOffline(params.get('type'), data)
  const own = data.configurations.filter((one) => one.isOffline === isOffline)
  const size = sizesOf(own).find((one) => one.key === params.get('size')) ?? sizesOf(own)[0]
  const quantization = params.get('quant') ?? ''
  const limit = (name: keyof typeof DEFAULT_LIMITS) => parsePositive(params.get(name) ?? DEFAULT_LIMITS[name])
  return {
    model: data.slug,
    prompt: size?.prompt ?? 'unknown',
    output: size?.output ?? 'unknown',
    isOffline,
    quantization: own.some((one) => one.quantization === quantization) ? quantization : '',
    slo: { ttftMs: limit('ttft'), tps: limit('tps') },
    users: Math.ceil(limit('users') ?? 1),
    basis: parseBasis(params),
    hosted: parseHosted(params),
  }
}

/** What of an address is not published for the model, in words; empty if all of it is. */
export function unknownParts(params: URLSearchParams, data: ServingModel): string[] {
  const { configurations } = data
  const [size, quant] = [params.get('size'), params.get('quant')]
  const isSize = sizesOf(configurations).some(({ key }) => key === size)
  const isQuant = configurations.some(({ quantization }) => quantization === quant)
  return [
    ...(size && !isSize ? [`the prompt and output size “${size}”`] : []),
    ...(quant && !isQuant ? [`the precision “${quant}”`] : []),
  ]
}

function parseBasis(params: URLSearchParams): CostBasis {
  const ownPrice = parsePositive(params.get('price'))
  const electricity = parsePositive(params.get('kwh'))
  const pays = ownPrice === null && electricity === null ? 'rent' : 'own'
  return { pays, ownPrice, electricity, utilisation: parseShare(params.get('use')) ?? 1 }
}

function parseHosted(params: URLSearchParams): HostedQuote {
  return {
    input: parsePositive(params.get('api-in')),
    output: parsePositive(params.get('api-out')),
    cachedInput: parsePositive(params.get('api-cached')),
    cachedShare: parseShare(params.get('cached')) ?? 0,
    batchDiscount: parseShare(params.get('batch')) ?? 0,
    promptRatio: parsePositive(params.get('ratio')) ?? 1,
  }
}

/** A percentage above 0 as a share of at most 1. */
function parseShare(text: string | null): number | null {
  const percent = parsePositive(text)
  return percent === null ? null : Math.min(percent, 100) / 100
}

const percentOf = (share: number) => (share === 0 ? null : Number((share * 100).toPrecision(6)))

/** The fields of a question by their names in the form and in the address; null for an empty one. */
export function fieldsOf(question: ServingQuestion): Record<string, string | number | null> {
  const { basis, hosted, slo } = question
  return {
    model: question.model,
    type: question.isOffline ? 'offline' : 'online',
    size: `${question.prompt}.${question.output}`,
    quant: question.quantization,
    users: question.users,
    ttft: slo.ttftMs,
    tps: slo.tps,
    price: basis.ownPrice,
    kwh: basis.electricity,
    use: basis.utilisation === 1 ? null : percentOf(basis.utilisation),
    'api-in': hosted.input,
    'api-out': hosted.output,
    'api-cached': hosted.cachedInput,
    cached: percentOf(hosted.cachedShare),
    batch: percentOf(hosted.batchDiscount),
    ratio: hosted.promptRatio === 1 ? null : hosted.promptRatio,
  }
}

/** The query string of a question: empty for the default one, else it always names the model. */
export function formatServing(question: ServingQuestion, data: ServingModel, defaultModel: string): string {
  const type = new URLSearchParams({ type: question.isOffline ? 'offline' : 'online' })
  const plain = fieldsOf(parseServing(type, data))
  plain.type = fieldsOf(parseServing(new URLSearchParams(), data)).type!
  const params = Object.entries(fieldsOf(question)).flatMap(([name, value]) => {
    if (value === plain[name]) return []
    return [[name, value === null || value === '' ? NO_LIMIT : String(value)]]
  })
  if (params.length === 0 && question.model === defaultModel) return ''
  return `?${new URLSearchParams([['model', question.model], ...params])}`
}

function chooseOffline(asked: string | null, { configurations }: ServingModel): boolean {
  const isThere = (isOffline: boolean) => configurations.some((one) => one.isOffline === isOffline)
  const wanted = asked === 'offline' || asked === 'batched_offline'
  return isThere(wanted) ? wanted : !wanted && isThere(true)
}

export interface Size {
  /** Its name in the address: `le2k.le512`. */
  key: string
  prompt: PromptBucket
  output: PromptBucket
  configurations: number
}

/** The prompt and output sizes that configurations were measured at: those measured at several loads, with a known prompt, on most first. */
export function sizesOf(configurations: Configuration[]): Size[] {
  const sizes = new Map<string, Size & { weight: number }>()
  for (const { prompt, output, levels } of configurations) {
    const key = `${prompt}.${output}`
    const size = sizes.get(key) ?? { key, prompt, output, configurations: 0, weight: 0 }
    size.configurations++
    size.weight += levels.length > 1 && prompt !== 'unknown' ? levels.length : levels.length / 100
    sizes.set(key, size)
  }
  const place = (bucket: PromptBucket) => PROMPT_BUCKETS.indexOf(bucket)
  return [...sizes.values()]
    .sort((a, b) => b.weight - a.weight || place(a.prompt) - place(b.prompt) || place(a.output) - place(b.output))
    .map(({ weight: _order, ...size }) => size)
}
