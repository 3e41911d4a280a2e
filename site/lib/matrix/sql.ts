import { quote } from '../question/sql.ts'
import { ANY_COUNT, type Facet, type MatrixState } from './state.ts'

const COLUMNS: Record<Facet, string> = {
  gpu: 'gpu_id',
  engine: 'engine',
  quantization: 'quantization',
  gpus: 'gpu_count',
  load: 'concurrency_bucket',
  source: 'm.source',
  kind: 'kind',
}
const VALUES: Record<MatrixState['metric'], string> = {
  speed: 'coalesce(decode_tps_p50, e2e_tps_p50)',
  decode_tps: 'decode_tps_p50',
  e2e_tps: 'e2e_tps_p50',
  ttft_ms: 'ttft_ms_p50',
  prefill_tps: 'prefill_tps_p50',
  output_tps: 'output_tps_p50',
  // A cost follows from a speed and the dated prices.
  cost: "if(measurement_type = 'single_stream', coalesce(e2e_tps_p50, decode_tps_p50), output_tps_p50)",
}

/** The figures that pass the filters of the matrix, as a query over the published tables. */
export function matrixSql(state: MatrixState): string {
  const facets = (Object.entries(COLUMNS) as [Facet, string][]).flatMap(([facet, column]) => {
    const values = state[facet].filter((value) => value !== ANY_COUNT)
    return values.length === 0 ? [] : [`${column} IN (${values.map(quote).join(', ')})`]
  })
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean)
  const conditions = [
    `measurement_type = ${quote(state.type)}`,
    `${VALUES[state.metric]} IS NOT NULL`,
    ...facets,
    ...(state.memory === '' ? [] : [`NOT memory_shared AND memory_gb * gpu_count <= ${state.memory}`]),
    ...words.map((word) => `contains(lower(models.name), ${quote(word)})`),
  ]
  return [
    `SELECT models.name AS model, gpus.name AS gpu, gpu_count, engine, quantization, concurrency_bucket,`,
    `  ${VALUES[state.metric]} AS value, samples, m.source, last_month`,
    'FROM matrix m JOIN models USING (model_id) JOIN gpus USING (gpu_id)',
    `WHERE ${conditions.join('\n  AND ')}`,
    'ORDER BY model, value DESC',
  ].join('\n')
}
