import { MEASUREMENT_TYPES, type MeasurementType } from '../labels.ts'
import type { CostBasis } from './cost.ts'
import type { ModelAnswers, SpeedMetric } from './types.ts'
import { chooseMetric, chooseType, parsePositive } from './which_state.ts'

/** What /cost/ shows. */
export interface CostQuestion {
  model: string
  type: MeasurementType
  metric: SpeedMetric
  quantization: string
  basis: CostBasis
}

/** The question of a query string; whatever is missing or not published for the model gets its default. */
export function parseCost(params: URLSearchParams, data: ModelAnswers): CostQuestion {
  const type = chooseType(params.get('type'), data)
  const ownPrice = parsePositive(params.get('price'))
  const electricity = parsePositive(params.get('kwh'))
  const percent = parsePositive(params.get('use'))
  const quantization = params.get('quant') ?? ''
  return {
    model: data.slug,
    type,
    metric: chooseMetric(params.get('metric'), type, data),
    quantization: data.runs.some((run) => run.type === type && run.quantization === quantization) ? quantization : '',
    basis: {
      pays: ownPrice === null && electricity === null ? 'rent' : 'own',
      ownPrice,
      electricity,
      utilisation: percent === null ? 1 : Math.min(percent, 100) / 100,
    },
  }
}

/** The query string of a question: empty for the default one, else it always names the model. */
export function formatCost(
  { type, metric, model, quantization, basis }: CostQuestion,
  data: ModelAnswers,
  defaultModel: string,
): string {
  const params = new URLSearchParams()
  if (type !== chooseType(null, data)) params.set('type', type)
  if (metric !== chooseMetric(null, type, data)) params.set('metric', metric)
  if (quantization !== '') params.set('quant', quantization)
  if (basis.ownPrice !== null) params.set('price', String(basis.ownPrice))
  if (basis.electricity !== null) params.set('kwh', String(basis.electricity))
  if (basis.utilisation !== 1) params.set('use', String(Number((basis.utilisation * 100).toPrecision(6))))
  if (params.size === 0 && model === defaultModel) return ''
  return `?${new URLSearchParams([['model', model], ...params])}`
}

/** The model whose runs have a list price on most GPUs; ties by GPUs, runs, then name. */
export function chooseCostModel(models: ModelAnswers[]): ModelAnswers {
  const priced = (model: ModelAnswers) => model.gpus.filter((gpu) => gpu.listings.length > 0).length
  const hasSingle = (model: ModelAnswers) => Number(model.runs.some((run) => run.type === MEASUREMENT_TYPES[0]))
  const first = models.toSorted(
    (a, b) =>
      hasSingle(b) - hasSingle(a) ||
      priced(b) - priced(a) ||
      b.gpus.length - a.gpus.length ||
      b.runs.length - a.runs.length ||
      a.name.localeCompare(b.name),
  )[0]
  if (!first)
    throw new Error('matrix.arrow: expected a row with a speed figure, found none: there is nothing to price.')
  return first
}
