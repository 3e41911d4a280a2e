import type { MatrixRow } from '../../contracts/tables.ts'
import { comparePath } from '../lib/answers/pairs.ts'
import { groupBy } from '../lib/group_by.ts'
import { modelPath } from './catalog.ts'
import { type Comparison, comparisons } from './comparisons.ts'
import { published } from './published.ts'

/** A comparison from the view of one of its sides. */
export interface Rival {
  id: string
  name: string
  path: string
  strata: number
  comparison: Comparison
}

let rivals: Map<string, Rival[]> | undefined

/** The comparisons of a GPU or an engine that have a page, most shared strata first. */
export function rivalsOf(id: string): Rival[] {
  rivals ??= findRivals()
  return rivals.get(id) ?? []
}

function findRivals(): Map<string, Rival[]> {
  const all = comparisons().all.flatMap((comparison): [string, Rival][] => {
    const { a, b, strata } = comparison
    const path = comparePath(a.id, b.id)
    return [
      [a.id, { ...b, path, strata, comparison }],
      [b.id, { ...a, path, strata, comparison }],
    ]
  })
  const groups = groupBy(all, ([id]) => id)
  return new Map([...groups].map(([id, own]) => [id, own.map(([, rival]) => rival)]))
}

let siblings: Map<string, MatrixRow[]> | undefined

/** The other rows of the same model on the same GPU: other engines, formats, GPU counts, measurement types and sources. */
export function siblingsOf(row: MatrixRow): MatrixRow[] {
  siblings ??= groupBy(published('matrix'), ({ model_id, gpu_id }) => `${model_id} ${gpu_id}`)
  return siblings.get(`${row.model_id} ${row.gpu_id}`)!.filter((other) => other !== row)
}

/** The address of the ranked answer for a model, `which-gpu/?model=…`. */
export function whichGpuPath(modelId: string): string {
  return `which-gpu/?${new URLSearchParams({ model: modelPath(modelId).split('/')[1]! })}`
}
