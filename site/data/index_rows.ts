import type { GpuRow, MatrixRow, ModelRow } from '../../contracts/tables.ts'
import { cheapestRent } from '../lib/cost.ts'
import { formatCount, formatParameters, formatUsd } from '../lib/format.ts'
import { groupBy } from '../lib/group_by.ts'
import type { IndexRow } from '../lib/index_list.ts'
import { groupTitle } from '../lib/matrix/groups.ts'
import { byFeatured } from '../lib/question/suggestions.ts'
import { gpuPath, modelName, modelPath } from './catalog.ts'
import { listingsOf } from './prices.ts'
import { published } from './published.ts'
import { countDistinct, fastestOneUser, oneUserSpan } from './summary.ts'

const NO_FIGURES = 'no figures yet'

/** Every GPU of the catalogue as a row of the list, those with figures first, in the order of what people look for. */
export function gpuRows(): IndexRow[] {
  const figures = groupBy(published('matrix'), (row) => row.gpu_id)
  const rows = byFeatured(published('gpus')).map((gpu) =>
    toGpuRow(gpu, figures.get(gpu.gpu_id) ?? [], cheapestRent(listingsOf(gpu.gpu_id), 1)?.usdPerHour ?? null),
  )
  return rows.sort(measuredFirst)
}

function toGpuRow(gpu: GpuRow, own: MatrixRow[], rent: number | null): IndexRow {
  const models = countDistinct(own, 'model_id')
  return {
    path: own.length > 0 ? gpuPath(gpu.gpu_id) : null,
    ...(own.length > 0 ? {} : { note: NO_FIGURES }),
    texts: [
      gpu.name,
      groupTitle(gpu.class),
      gpu.memory_shared && gpu.memory_gb !== null ? `${formatCount(gpu.memory_gb)} shared` : formatCount(gpu.memory_gb),
      formatCount(gpu.bandwidth_gbps),
      formatCount(gpu.tdp_w),
      formatUsd(rent),
      models,
      own.length,
      oneUserSpan(own),
    ],
    values: {
      q: `${gpu.name} ${gpu.vendor} ${groupTitle(gpu.class)} ${gpu.gpu_id}`,
      name: gpu.name,
      vendor: vendorName(gpu.vendor),
      class: groupTitle(gpu.class),
      memory: gpu.memory_gb,
      bandwidth: gpu.bandwidth_gbps,
      tdp: gpu.tdp_w,
      rent,
      models,
      figures: own.length,
      fastest: fastestOneUser(own),
    },
  }
}

/** Every model of the catalogue as a row of the list, those with figures first, in the order of what people look for. */
export function modelRows(): IndexRow[] {
  const figures = groupBy(published('matrix'), (row) => row.model_id)
  return byFeatured(published('models'))
    .map((model) => toModelRow(model, figures.get(model.model_id) ?? []))
    .sort(measuredFirst)
}

function toModelRow(model: ModelRow, own: MatrixRow[]): IndexRow {
  const gpus = countDistinct(own, 'gpu_id')
  return {
    path: own.length > 0 ? modelPath(model.model_id) : null,
    ...(own.length > 0 ? {} : { note: NO_FIGURES }),
    texts: [
      modelName(model.model_id),
      model.family,
      formatParameters(model.params_b),
      formatParameters(model.active_params_b),
      gpus,
      own.length,
      oneUserSpan(own),
    ],
    values: {
      q: `${model.name} ${model.family} ${model.model_id}`,
      name: model.name,
      family: model.family,
      size: model.params_b,
      active: model.active_params_b,
      kind: kindOf(model),
      gpus,
      figures: own.length,
      fastest: fastestOneUser(own),
    },
  }
}

/** A vendor id as a name: `nvidia` → `NVIDIA`. */
export function vendorName(id: string): string {
  return ['amd', 'nvidia'].includes(id) ? id.toUpperCase() : `${id.charAt(0).toUpperCase()}${id.slice(1)}`
}

/** Whether the model is dense or a mixture of experts; empty if the catalogue does not say. */
function kindOf({ params_b, active_params_b }: ModelRow): string {
  if (params_b === null || active_params_b === null) return ''
  return active_params_b < params_b ? 'mixture of experts' : 'dense'
}

function measuredFirst(a: IndexRow, b: IndexRow): number {
  return Number(a.path === null) - Number(b.path === null)
}
