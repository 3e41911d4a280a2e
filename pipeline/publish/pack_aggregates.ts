import type { PartitionAggregates } from '../aggregate/aggregate_partitions.ts'
import type { CacheFolder } from '../cache/cache_folder.ts'
import { packBins } from './pack_bins.ts'
import { type NamedTable, packOnce, packTable } from './pack_table.ts'

/** The published form of all that samples were aggregated into. */
export async function packAggregates(
  { matrix, cells, bins, regressions }: PartitionAggregates,
  cache?: CacheFolder,
): Promise<NamedTable[]> {
  const prints = bins.map(({ fingerprint }) => fingerprint)
  const fingerprint = prints.includes(null) ? null : prints.join('\n\n')
  const rows = await packOnce(cache, 'rows', fingerprint, () => [
    packTable('matrix.arrow', 'matrix', matrix),
    packTable('cells.arrow', 'cells', cells),
  ])
  return [...rows, packTable('regressions.arrow', 'regressions', regressions), ...(await packBins(bins, cache))]
}
