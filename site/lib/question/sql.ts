import { indexOf } from './estimate.ts'
import type { Facts, Question } from './types.ts'

/** The rows that a question covers, as a query over the published tables. */
export function questionSql({ catalogue }: Facts, { gpu, count, model, upTo, users, ttft, tps }: Question): string {
  const id = indexOf(catalogue.models, 'slug').get(model)?.id ?? model
  const conditions = [
    users === 1 ? "measurement_type = 'single_stream'" : "measurement_type <> 'single_stream'",
    gpu !== '' && `gpu_id = ${quote(gpu)}`,
    count !== 'any' && `gpu_count = ${count}`,
    model !== '' && `model_id = ${quote(id)}`,
    upTo !== null && `params_b <= ${upTo}`,
    tps !== null && `coalesce(decode_tps_p50, e2e_tps_p50) >= ${tps}`,
    ttft !== null && `ttft_ms_p50 <= ${ttft}`,
  ].filter((condition) => condition !== false)
  return [
    'SELECT name AS model, gpu_id, gpu_count, engine, engine_backend, quantization, concurrency_bucket,',
    '  coalesce(decode_tps_p50, e2e_tps_p50) AS speed_tps, decode_tps_p50 IS NULL AS is_lower_bound,',
    '  ttft_ms_p50, output_tps_p50, samples, matrix.source, last_month',
    'FROM matrix JOIN models USING (model_id)',
    `WHERE ${conditions.join('\n  AND ')}`,
    'ORDER BY speed_tps DESC NULLS LAST',
  ].join('\n')
}

/** A text as SQL writes it. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
