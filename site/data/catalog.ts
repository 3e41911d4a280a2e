import { modelSlug } from '../../contracts/catalog.ts'
import type { EngineRow, GpuRow, MatrixRow, ModelRow, SourceRow } from '../../contracts/tables.ts'
import { groupBy } from '../lib/group_by.ts'
import { published } from './published.ts'

/** Display names and pages of the models, GPUs, engines and sources that figures refer to by id. */

const indexes = new Map<string, Map<string, unknown>>()

function lookUp<Row>(name: string, rows: () => Row[], key: (row: Row) => string, id: string): Row | undefined {
  if (!indexes.has(name)) indexes.set(name, new Map(rows().map((row) => [key(row), row])))
  return indexes.get(name)!.get(id) as Row | undefined
}

export function findModel(id: string): ModelRow | undefined {
  return lookUp(
    'models',
    () => published('models'),
    (row) => row.model_id,
    id,
  )
}
export function findGpu(id: string): GpuRow | undefined {
  return lookUp(
    'gpus',
    () => published('gpus'),
    (row) => row.gpu_id,
    id,
  )
}
export function findEngine(id: string): EngineRow | undefined {
  return lookUp(
    'engines',
    () => published('engines'),
    (row) => row.engine,
    id,
  )
}
export function findSource(id: string): SourceRow | undefined {
  return lookUp(
    'sources',
    () => published('sources'),
    (row) => row.source,
    id,
  )
}

/** Says so where the catalogue does not list the model. */
export function modelName(id: string): string {
  const model = findModel(id)
  if (model === undefined) return id.replace(/^hf:/, '')
  return model.listed ? model.name : `${model.name} (unlisted)`
}
export const gpuName = (id: string): string => findGpu(id)?.name ?? id
export const engineName = (id: string): string => (id === 'any' ? 'any engine' : (findEngine(id)?.name ?? id))
export const sourceName = (id: string): string => (id === 'community' ? 'Community' : (findSource(id)?.title ?? id))

export const modelPath = (id: string): string => `models/${findModel(id)?.slug ?? modelSlug(id)}/`
export const gpuPath = (id: string): string => `gpus/${id}/`
export const enginePath = (id: string): string => `engines/${id}/`
export const cellPath = (matrixId: string): string => `cells/${matrixId}/`

/** Ids that occur in the matrix, with the rows of each, most rows first. */
export function figuresBy(column: 'model_id' | 'gpu_id' | 'engine' | 'source'): [string, MatrixRow[]][] {
  return [...groupBy(published('matrix'), (row) => row[column])].sort(
    (a, b) => b[1].length - a[1].length || a[0].localeCompare(b[0]),
  )
}
