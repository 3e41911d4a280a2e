import { type CellRow, type MatrixRow, METRICS, type MedianChange } from '../../contracts/index.ts'
import { type Pair, pairRows, rowOf } from './pair_rows.ts'

/** The medians that move in rows that both publish; a median that one has and the other lacks counts as moved. */
export function diffMedians(
  before: { cells: readonly CellRow[]; matrix: readonly MatrixRow[] },
  after: { cells: readonly CellRow[]; matrix: readonly MatrixRow[] },
): MedianChange[] {
  const matrix = pairRows(before.matrix, after.matrix, ({ matrix_id }) => matrix_id)
  const cells = pairRows(before.cells, after.cells, ({ cell_id }) => cell_id)
  return [
    ...matrix.flatMap((pair) => compare(pair, { table: 'matrix', id: rowOf(pair).matrix_id, ...NO_CELL })),
    ...cells.flatMap((pair) => compare(pair, describeCell(rowOf(pair)))),
  ]
}

// biome-ignore format: a list of words
const STRATUM = ['kind', 'source', 'model_id', 'quantization', 'gpu_id', 'gpu_count', 'engine', 'measurement_type', 'concurrency_bucket', 'engine_backend'] as const
type Place = Pick<MedianChange, 'table' | 'id' | 'engine_version' | 'prompt_bucket' | 'month'>

const NO_CELL = { engine_version: null, prompt_bucket: null, month: null }

function describeCell({ cell_id, engine_version, prompt_bucket, month }: CellRow): Place {
  return { table: 'cells', id: cell_id, engine_version, prompt_bucket, month }
}

function compare({ before, after }: Pair<CellRow | MatrixRow>, place: Place): MedianChange[] {
  if (before === null || after === null) return []
  const stratum = Object.fromEntries(STRATUM.map((key) => [key, after[key]])) as Pick<
    MatrixRow,
    (typeof STRATUM)[number]
  >
  return METRICS.flatMap((metric) => {
    const [from, to] = [before[`${metric}_p50`], after[`${metric}_p50`]]
    if (from === to) return []
    const change = from === null || to === null ? null : to / from - 1
    return [{ ...place, ...stratum, metric, before: from, after: to, change }]
  })
}
