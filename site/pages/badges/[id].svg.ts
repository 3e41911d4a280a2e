import type { APIContext } from 'astro'
import { METRIC_INFO, METRICS } from '../../../contracts/metrics.ts'
import type { MatrixRow } from '../../../contracts/tables.ts'
import { gpuName, modelName } from '../../data/catalog.ts'
import { published } from '../../data/published.ts'
import { drawBadge } from '../../lib/api/badge.ts'
import { formatValue } from '../../lib/format.ts'
import { formatLoad } from '../../lib/labels.ts'

export function getStaticPaths() {
  return published('matrix').map((row) => ({ params: { id: row.matrix_id }, props: { row } }))
}

export function GET({ props: { row } }: APIContext<{ row: MatrixRow }>): Response {
  const count = row.gpu_count > 1 ? ` ×${row.gpu_count}` : ''
  const badge = drawBadge(`${modelName(row.model_id)} · ${gpuName(row.gpu_id)}${count}`, describeFigure(row))
  return new Response(badge, { headers: { 'content-type': 'image/svg+xml' } })
}

/** The first metric that the row has: its median, its unit, and its measurement type in short. */
function describeFigure(row: MatrixRow): string {
  const metric = METRICS.find((name) => row[`${name}_p50`] !== null)
  if (!metric) return 'no figure'
  const setting =
    row.measurement_type === 'single_stream' ? 'one user' : formatLoad(row.measurement_type, row.concurrency_bucket)
  const value = `${formatValue(row[`${metric}_p50`])} ${METRIC_INFO[metric].unit}`
  return `${value}${metric === 'ttft_ms' ? ' to first token' : ''}, ${setting}`
}
