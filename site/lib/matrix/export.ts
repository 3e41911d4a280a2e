import type { Entry, Matrix } from './entries.ts'
import { figureOf, isBound, MEASURE_INFO } from './measures.ts'
import type { MatrixState } from './state.ts'

/** The figures shown as rows of a CSV file, with units in the column heads. */
export function exportRows(matrix: Matrix, { metric }: MatrixState, entries: Entry[]) {
  const { unit } = MEASURE_INFO[metric]
  const median = `${metric}_p50 (${unit})`
  const spread = [`${metric}_p25 (${unit})`, `${metric}_p75 (${unit})`]
  const where = ['model', 'gpu', 'gpu_count', 'engine', 'engine_backend', 'quantization']
  const load = ['measurement_type', 'concurrency']
  const head = [
    ...where,
    ...load,
    median,
    'lower_bound',
    ...spread,
    'n',
    'kind',
    'source',
    'first_month',
    'last_month',
    'cell',
  ]
  const rows = entries.map((entry) => {
    const { n, p25, p50, p75 } = figureOf(matrix, entry, metric)!
    const names = [matrix.models[entry.model]!.name, matrix.gpus[entry.gpu]!.name, entry.gpuCount]
    const run = [matrix.engines[entry.engine]!.name, entry.backend, entry.quantization, entry.type, entry.load]
    return [
      ...names,
      ...run,
      p50,
      isBound(entry, metric),
      p25,
      p75,
      n,
      entry.kind,
      entry.source,
      entry.firstMonth,
      entry.lastMonth,
      entry.id,
    ]
  })
  return { head, rows }
}
