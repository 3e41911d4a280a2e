import type { Aggregates } from '../aggregate/aggregates.ts'
import type { BenchmarkFigures } from '../aggregate/benchmarks.ts'
import { type NamedTable, packTable, unpackTable } from '../lib/named_table.ts'

/** The published form of the figures of samples and of benchmarks, side by side in order of their ids. No figure is of both. */
export function packFigures(samples: Aggregates, benchmarks: BenchmarkFigures): NamedTable[] {
  return [
    packTable('matrix.arrow', 'matrix', sortBy('matrix_id', [...samples.matrix, ...benchmarks.matrix])),
    packTable('cells.arrow', 'cells', sortBy('cell_id', [...samples.cells, ...benchmarks.cells])),
    packTable('serving.arrow', 'serving', [...benchmarks.serving, ...samples.serving]),
    packTable('regressions.arrow', 'regressions', samples.regressions),
    ...joinBins([...samples.bins, ...benchmarks.bins]),
  ]
}

/** One table for each model. */
function joinBins(tables: readonly NamedTable[]): NamedTable[] {
  // Where no task of a model came to an end, there is nothing to show the distribution of.
  const byName = Map.groupBy(
    tables.filter(({ rows }) => rows > 0),
    ({ name }) => name,
  )
  return [...byName].map(([name, parts]) => {
    if (parts.length === 1) return parts[0]!
    const rows = parts.flatMap(({ bytes }) => unpackTable<{ cell_id: string }>(bytes))
    return packTable(name, 'bins', sortBy('cell_id', rows))
  })
}

/** Rows of one id stay in their order. */
function sortBy<K extends string, T extends Record<K, string>>(key: K, rows: T[]): T[] {
  return rows.sort((a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0))
}
