import type { Options } from '../answers/options.ts'
import { plural } from '../format.ts'
import { formatPrecision, MEASUREMENT_LABELS } from '../labels.ts'
import { type ServingQuestion, sizesOf } from './state.ts'
import type { ServingModel } from './types.ts'
import { formatSize } from './words.ts'

/** The choices for a model: only what was measured for it. */
export function optionsOfServing(
  data: ServingModel,
  question: ServingQuestion,
): Record<'type' | 'size' | 'quant', Options> {
  const own = data.configurations.filter(({ isOffline }) => isOffline === question.isOffline)
  const precisions = [...new Set(own.map(({ quantization }) => quantization))].sort()
  const types: Options = [
    ['online', MEASUREMENT_LABELS.batched_online.title],
    ['offline', MEASUREMENT_LABELS.batched_offline.title],
  ]
  const isThere = (type: string) => data.configurations.some(({ isOffline }) => isOffline === (type === 'offline'))
  const sizes = sizesOf(own).map((size): [string, string] => [
    size.key,
    `${formatSize(size)} (${plural(size.configurations, 'configuration')})`,
  ])
  return {
    type: types.filter(([type]) => isThere(type) || (type === 'online' && data.configurations.length === 0)),
    size: sizes.length > 0 ? sizes : [['unknown.unknown', 'not measured']],
    quant: [['', 'Any'], ...precisions.map((one): [string, string] => [one, formatPrecision(one)])],
  }
}

/** The options of the model select, with the number of configurations that each was measured in. */
export function servingModels(models: { slug: string; name: string; configurations: unknown[] }[]): Options {
  return models.map(({ slug, name, configurations }) => [
    slug,
    configurations.length === 0
      ? `${name} (one user only)`
      : `${name} (${plural(configurations.length, 'configuration')})`,
  ])
}
