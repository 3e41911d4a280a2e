import {
  type CellChange,
  CellIdentity,
  type CellRow,
  type MatrixRow,
  METRICS,
  type MedianChange,
  type RegressionChange,
  type RegressionRow,
} from '../../contracts/index.ts'

const IDENTITY = Object.keys(CellIdentity.shape) as (keyof CellIdentity)[]

/** The cells that appear, disappear, or stand on more or fewer contributors or samples, as far as the published numbers tell. */
export function diffCells(before: readonly CellRow[], after: readonly CellRow[]): CellChange[] {
  return pairRows(before, after, ({ cell_id }) => cell_id).flatMap(({ before: from, after: to }) => {
    const change = nameChange(from, to)
    return change === null ? [] : [{ change, ...pick((to ?? from)!, IDENTITY), ...standing(from, to) }]
  })
}

function nameChange(before: CellRow | null, after: CellRow | null): CellChange['change'] | null {
  if (before === null) return 'appears'
  if (after === null) return 'disappears'
  const difference = after.contributors - before.contributors || after.samples - before.samples
  return difference === 0 ? null : difference > 0 ? 'gains' : 'loses'
}

function standing(before: CellRow | null, after: CellRow | null): Omit<CellChange, keyof CellIdentity | 'change'> {
  return {
    contributors_before: before?.contributors ?? null,
    contributors_after: after?.contributors ?? null,
    samples_before: before?.samples ?? null,
    samples_after: after?.samples ?? null,
    evidence_before: before?.evidence ?? null,
    evidence_after: after?.evidence ?? null,
  }
}

/** The medians that move in rows that both publish; a median that one has and the other lacks counts as moved. */
export function diffMedians(
  before: { cells: readonly CellRow[]; matrix: readonly MatrixRow[] },
  after: { cells: readonly CellRow[]; matrix: readonly MatrixRow[] },
): MedianChange[] {
  const matrix = pairRows(before.matrix, after.matrix, ({ matrix_id }) => matrix_id)
  const cells = pairRows(before.cells, after.cells, ({ cell_id }) => cell_id)
  return [
    ...matrix.flatMap(({ before: from, after: to }) => compareMedians(from, to, 'matrix', to?.matrix_id)),
    ...cells.flatMap(({ before: from, after: to }) => compareMedians(from, to, 'cells', to?.cell_id)),
  ]
}

// biome-ignore format: a list of words
const CONFIGURATION = ['kind', 'source', 'model_id', 'quantization', 'gpu_id', 'gpu_count', 'engine', 'measurement_type', 'concurrency_bucket', 'engine_backend'] as const

function compareMedians(
  before: CellRow | MatrixRow | null,
  after: CellRow | MatrixRow | null,
  table: MedianChange['table'],
  id = '',
): MedianChange[] {
  if (before === null || after === null) return []
  const { engine_version = null, prompt_bucket = null, month = null } = after as Partial<CellRow>
  const row = { table, id, engine_version, prompt_bucket, month, ...pick<CellRow | MatrixRow>(after, CONFIGURATION) }
  return METRICS.flatMap((metric) => {
    const [from, to] = [before[`${metric}_p50`], after[`${metric}_p50`]]
    if (from === to) return []
    return [{ ...row, metric, before: from, after: to, change: from === null || to === null ? null : to / from - 1 }]
  })
}

/** The regressions that are flagged in one only, or with another verdict. */
export function diffRegressions(before: readonly RegressionRow[], after: readonly RegressionRow[]): RegressionChange[] {
  return pairRows(before, after, compared).flatMap(({ before: from, after: to }): RegressionChange[] => {
    if (from === null) return [{ change: 'appears', ...to! }]
    if (to === null) return [{ change: 'disappears', ...from }]
    return from.verdict === to.verdict ? [] : [{ change: 'changes', ...to }]
  })
}

function compared({ pairs: _, effect: __, p_value: ___, verdict: ____, ...rest }: RegressionRow): string {
  return Object.values(rest).join('\n')
}

function pick<T, K extends keyof T = keyof T>(row: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, row[key]])) as Pick<T, K>
}

/** A row before and after; at least one of the two is there. */
type Pair<T> = { before: T; after: T | null } | { before: T | null; after: T }

/** Pairs the rows of two tables by key: those after in their order, then those that are gone. */
export function pairRows<T>(before: readonly T[], after: readonly T[], keyOf: (row: T) => string): Pair<T>[] {
  const former = new Map(before.map((row) => [keyOf(row), row]))
  const pairs: Pair<T>[] = after.map((row) => ({ before: former.get(keyOf(row)) ?? null, after: row }))
  const left = new Set(after.map(keyOf))
  return [...pairs, ...before.filter((row) => !left.has(keyOf(row))).map((row) => ({ before: row, after: null }))]
}
