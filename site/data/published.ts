import { modelSlug } from '../../contracts/catalog.ts'
import { Manifest } from '../../contracts/manifest.ts'
import type { TableName } from '../../contracts/tables.ts'
import { groupBy } from '../lib/group_by.ts'
import { type RowOf, readPublished, readTable } from './read_table.ts'

const cache = new Map<string, unknown>()

function once<T>(key: string, make: () => T): T {
  if (!cache.has(key)) cache.set(key, make())
  return cache.get(key) as T
}

/** A published table, read once per build. `bins` has a file per model: use `binsOfModel`. */
export function published<T extends Exclude<TableName, 'bins'>>(table: T): RowOf<T>[] {
  return once(table, () => readTable(table))
}

/** The bins of all cells of a model, read once per build. */
export function binsOfModel(modelId: string): RowOf<'bins'>[] {
  const name = `bins/${modelSlug(modelId)}.arrow`
  return once(name, () => (manifest().files.some((file) => file.name === name) ? readTable('bins', name) : []))
}

/** The manifest, checked against its contract. */
export function manifest(): Manifest {
  return once('manifest', () => Manifest.parse(JSON.parse(readPublished('manifest.json').toString('utf8'))))
}

/** The cells of a matrix row. */
export function cellsOf(matrixId: string): RowOf<'cells'>[] {
  return once('cells by matrix row', () => groupBy(published('cells'), (cell) => cell.matrix_id)).get(matrixId) ?? []
}
