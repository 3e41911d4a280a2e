import type { ModelBins } from '../aggregate/aggregate_families.ts'
import type { CacheFolder } from '../cache/cache_folder.ts'
import { toArrow } from './arrow.ts'

/** A published file before it is written. */
export interface PackedTable {
  rows: number
  bytes: Uint8Array
}

/** The published form of the bins of each model, by slug; of a model that did not change, as the cache keeps it. */
export async function packBins(models: readonly ModelBins[], cache?: CacheFolder): Promise<Map<string, PackedTable>> {
  const packed = new Map<string, PackedTable>()
  for (const model of models) {
    const table = await packModel(model, cache)
    // Where no task of a model came to an end, there is nothing to show the distribution of.
    if (table.rows > 0) packed.set(model.model_slug, table)
  }
  return packed
}

async function packModel({ fingerprint, rows }: ModelBins, cache: CacheFolder | undefined): Promise<PackedTable> {
  if (cache === undefined || fingerprint === null) return packNow(rows())
  const name = cache.nameOf('bins', fingerprint)
  const entry = cache.read(name)
  if (entry !== null) return { rows: entry.head as number, bytes: entry.parts[0]! }
  const table = packNow(rows())
  await cache.write(name, table.rows, [table.bytes])
  return table
}

function packNow(rows: readonly object[]): PackedTable {
  return { rows: rows.length, bytes: toArrow('bins', rows) }
}
