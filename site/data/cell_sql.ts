import { METRICS, type Metric } from '../../contracts/metrics.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import { MAX_BARS } from './distributions.ts'
import { figureOf } from './matrix.ts'

const STATISTICS = ['n', 'p5', 'p25', 'p50', 'p75', 'p95', 'ci_low', 'ci_high'] as const

/**
 * The query behind the page of a matrix row, on the published tables: a row per bar of each distribution, as low < v ≤ high and share of all,
 * with the figures of its metric beside it. Runs in DuckDB, native or in the browser.
 */
export function cellSql(row: MatrixRow): string {
  const metrics = METRICS.filter((metric) => figureOf(row, metric))
  return metrics.length === 0 ? ratesSql(row) : distributionSql(row, metrics)
}

function distributionSql(row: MatrixRow, metrics: Metric[]): string {
  const id = quote(row.matrix_id)
  return `-- The figures of one page and the bars of its distributions, rolled up from the bins of its cells.
WITH bucket AS (
  SELECT metric, unnest(range(lo, hi + 1)) AS idx, mass * weight / (hi - lo + 1.0) AS w
  FROM bins JOIN cells USING (cell_id)
  WHERE matrix_id = ${id}
), scale AS (
  SELECT metric, sum(w) AS total,
         pow(2, greatest(0, ceil(log2((max(idx) - min(idx) + 1) / ${MAX_BARS}.0)))) AS width
  FROM bucket GROUP BY metric
), bar AS (
  SELECT metric, width, ceil(idx / width) AS bar, sum(w) / any_value(total) AS share
  FROM bucket JOIN scale USING (metric) GROUP BY ALL
), figure AS (
${metrics.map((metric) => figureSql(metric, id)).join('\n  UNION ALL\n')}
)
SELECT metric, ${STATISTICS.join(', ')},
       pow(2, (bar - 1) * width / 32) AS low, pow(2, bar * width / 32) AS high, share
FROM figure LEFT JOIN bar USING (metric)
ORDER BY metric, low`
}

function figureSql(metric: Metric, id: string): string {
  const columns = STATISTICS.map((name) => `${metric}_${name} AS ${name}`)
  return `  SELECT ${quote(metric)} AS metric, ${columns.join(', ')}\n  FROM matrix WHERE matrix_id = ${id}`
}

/** A row without any figure has only rates. */
function ratesSql(row: MatrixRow): string {
  return `-- The outcome of the attempts of one page; none counts for a figure.
SELECT samples, ok_rate, cancel_rate, error_rate, reject_rate
FROM matrix WHERE matrix_id = ${quote(row.matrix_id)}`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
