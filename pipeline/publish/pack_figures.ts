import type { Aggregates } from '../aggregate/aggregates.ts'
import type { BenchmarkFigures } from '../aggregate/benchmarks.ts'
import type { CacheFolder } from '../cache/cache_folder.ts'
import { type NamedTable, packTable, unpackTable } from '../lib/named_table.ts'

/**
 * The published form of the figures of samples and of benchmarks, side by side in order of their ids. No figure is of both.
 *
 * @param fingerprint differs with all that the figures of benchmarks follow from
 */
export async function packFigures(
  samples: Aggregates,
  { figures, fingerprint }: { figures: BenchmarkFigures; fingerprint: string },
  cache: CacheFolder,
): Promise<NamedTable[]> {
  const rows = await cache.remember('rows', [samples.fingerprint, fingerprint], () => [
    packTable('matrix.arrow', 'matrix', sortBy('matrix_id', [...samples.matrix, ...figures.matrix])),
    packTable('cells.arrow', 'cells', sortBy('cell_id', [...samples.cells, ...figures.cells])),
    packTable('serving.arrow', 'serving', [...figures.serving, ...samples.serving]),
  ])
  const regressions = packTable('regressions.arrow', 'regressions', samples.regressions)
  return [...rows, regressions, ...(await joinBins([...samples.bins, ...figures.bins], cache))]
}

/** One table for each model. */
async function joinBins(tables: readonly NamedTable[], cache: CacheFolder): Promise<NamedTable[]> {
  // Where no task of a model came to an end, there is nothing to show the distribution of.
  const byName = Map.groupBy(
    tables.filter(({ rows }) => rows > 0),
    ({ name }) => name,
  )
  const joined = [...byName].map(([name, parts]) => {
    const contents = parts.map(({ bytes }) => bytes)
    const join = () => packTable(name, 'bins', sortBy('cell_id', contents.flatMap(unpackTable<{ cell_id: string }>)))
    return parts.length === 1 ? parts[0]! : cache.remember('bins', contents, join)
  })
  return Promise.all(joined)
}

/** Rows of one id stay in their order. */
function sortBy<K extends string, T extends Record<K, string>>(key: K, rows: T[]): T[] {
  return rows.sort((a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0))
}
