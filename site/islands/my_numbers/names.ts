import type { Names } from '../../../contracts/name_index.ts'
import { MEASUREMENT_LABELS } from '../../lib/labels.ts'
import type { Configuration } from '../../lib/my_numbers/reference.ts'

/** `Llama 3.1 8B Instruct, Q4_K_M`. */
export function describeModel({ model, quantization }: Configuration, names: Names): string {
  const name = names.models.find(({ slug }) => slug === model)?.name ?? model
  return quantization === 'unknown' ? name : `${name}, ${quantization}`
}

/** `RTX 4090 ×2`. */
export function describeGpus({ gpu, gpuCount }: Configuration, names: Names): string {
  const name = names.gpus.find(({ id }) => id === gpu)?.name ?? gpu
  return gpuCount > 1 ? `${name} ×${gpuCount}` : name
}

export function describeEngine({ engine }: Pick<Configuration, 'engine'>, names: Names): string {
  return names.engines.find(({ id }) => id === engine)?.name ?? engine
}

/** `One user: one request at a time, with the GPUs to itself`. */
export function describeType({ type }: Configuration): string {
  return `${MEASUREMENT_LABELS[type].title}: ${MEASUREMENT_LABELS[type].meaning}`
}
