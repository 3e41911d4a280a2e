import type { ModelBins, PartitionAggregates } from './aggregate_partitions.ts'
import type { BenchmarkFigures } from './benchmarks.ts'

/**
 * Figures of samples and of benchmarks side by side, in order of their ids. No figure is of both.
 *
 * @param fingerprint of the benchmarks' figures; null where there is none
 */
export function joinAggregates<T extends PartitionAggregates>(
  samples: T,
  benchmarks: BenchmarkFigures,
  fingerprint: string | null,
): T {
  const bins = benchmarks.bins.map(
    ([model_slug, rows]): ModelBins => ({
      model_slug,
      fingerprint: fingerprint && `${fingerprint} ${model_slug}`,
      rows: () => rows,
    }),
  )
  return {
    ...samples,
    matrix: [...samples.matrix, ...benchmarks.matrix].sort((a, b) => (a.matrix_id < b.matrix_id ? -1 : 1)),
    cells: [...samples.cells, ...benchmarks.cells].sort((a, b) => (a.cell_id < b.cell_id ? -1 : 1)),
    bins: joinBins([...samples.bins, ...bins]),
  }
}

/** One entry for each model, in order of their slugs. */
function joinBins(bins: readonly ModelBins[]): ModelBins[] {
  const byModel = [...Map.groupBy(bins, ({ model_slug }) => model_slug)]
  return byModel
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([model_slug, parts]) => {
      if (parts.length === 1) return parts[0]!
      const fingerprints = parts.map(({ fingerprint }) => fingerprint)
      return {
        model_slug,
        fingerprint: fingerprints.includes(null) ? null : fingerprints.join('\n'),
        rows: () => sortByCell(parts.flatMap(({ rows }) => rows())),
      }
    })
}

/** The bins of one cell lie side by side, in their order. */
function sortByCell<T extends { cell_id: string }>(bins: T[]): T[] {
  return bins.sort((a, b) => (a.cell_id < b.cell_id ? -1 : a.cell_id > b.cell_id ? 1 : 0))
}
