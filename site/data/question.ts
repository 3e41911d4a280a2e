import { decodeMatrix } from '../lib/matrix/codec.ts'
import type { Catalogue, Facts } from '../lib/question/types.ts'
import { modelName, modelPath } from './catalog.ts'
import { compactMatrix } from './matrix.ts'
import { published } from './published.ts'

/** Every GPU and model of the catalogue, measured or not, and the bits per weight of each precision: what question.json holds. */
export function readCatalogue(): Catalogue {
  const gpus = published('gpus').map(
    ({ gpu_id: id, name, class: group, memory_gb, memory_shared, bandwidth_gbps, featured }) => {
      return {
        id,
        name,
        group,
        memoryGb: memory_gb,
        memoryShared: memory_shared,
        bandwidthGbps: bandwidth_gbps,
        featured,
      }
    },
  )
  const models = published('models').map(({ model_id: id, family, params_b, active_params_b, featured }) => {
    const slug = modelPath(id).split('/')[1]!
    return { slug, id, name: modelName(id), family, paramsB: params_b, activeB: active_params_b, featured }
  })
  const bits = published('quantizations').flatMap(({ quantization, bits_per_weight: bits }) =>
    bits === null ? [] : [[quantization, bits]],
  )
  return { gpus, models, bits: Object.fromEntries(bits) }
}

let facts: Facts | undefined

/** All that the answers of the site follow from; read once per build. */
export function readFacts(): Facts {
  facts ??= { matrix: decodeMatrix(compactMatrix()), catalogue: readCatalogue() }
  return facts
}
