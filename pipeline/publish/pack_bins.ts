import type { ModelBins } from '../aggregate/aggregate_partitions.ts'
import type { CacheFolder } from '../cache/cache_folder.ts'
import { type NamedTable, packOnce, packTable } from './pack_table.ts'

/** The published form of the bins of each model. */
export async function packBins(models: readonly ModelBins[], cache?: CacheFolder): Promise<NamedTable[]> {
  const packed: NamedTable[] = []
  for (const { model_slug, fingerprint, rows } of models) {
    const pack = () => [packTable(`bins/${model_slug}.arrow`, 'bins', rows())]
    packed.push(...(await packOnce(cache, 'bins', fingerprint, pack)))
  }
  // Where no task of a model came to an end, there is nothing to show the distribution of.
  return packed.filter(({ rows }) => rows > 0)
}
