/** Example queries of the explore page. Each names its measurement type and kind: neither is ever mixed in one figure. */
export const EXAMPLES: { title: string; sql: string }[] = [
  {
    title: 'Fastest GPUs per model, one user',
    sql: `SELECT model_id, gpu_id, gpu_count, engine, quantization, source,
       decode_tps_n AS n, decode_tps_p25 AS p25, decode_tps_p50 AS median, decode_tps_p75 AS p75
FROM matrix
WHERE measurement_type = 'single_stream' AND kind = 'curated' AND decode_tps_p50 IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY model_id ORDER BY decode_tps_p50 DESC) <= 3
ORDER BY model_id, median DESC`,
  },
  {
    title: 'Percentiles of every matrix row, rolled up from the bins',
    sql: `WITH b AS (
  SELECT matrix_id AS g, lo, hi, mass, weight FROM bins JOIN cells USING (cell_id) WHERE metric = 'decode_tps'
), e AS (
  SELECT g, unnest(range(lo, hi + 1)) AS idx, mass * weight / (hi - lo + 1.0) AS w FROM b
), c AS (
  SELECT g, idx, sum(w) OVER (PARTITION BY g ORDER BY idx) AS cw, sum(w) OVER (PARTITION BY g) AS tw FROM e
), q AS (
  SELECT g, min(idx) FILTER (WHERE cw >= 0.05 * tw - 1e-9) AS p5,
            min(idx) FILTER (WHERE cw >= 0.50 * tw - 1e-9) AS p50,
            min(idx) FILTER (WHERE cw >= 0.95 * tw - 1e-9) AS p95
  FROM c GROUP BY g
)
SELECT g AS matrix_id,
       2 * pow(2.0, p5 / 32.0) / (1 + pow(2.0, 1 / 32.0)) AS p5,
       2 * pow(2.0, p50 / 32.0) / (1 + pow(2.0, 1 / 32.0)) AS p50,
       2 * pow(2.0, p95 / 32.0) / (1 + pow(2.0, 1 / 32.0)) AS p95
FROM q ORDER BY matrix_id`,
  },
  {
    title: 'Time to first token by prompt size',
    sql: `SELECT model_id, gpu_id, gpu_count, engine, engine_version, prompt_bucket, source,
       ttft_ms_n AS n, ttft_ms_p50 AS median_ms, ttft_ms_p95 AS p95_ms
FROM cells
WHERE measurement_type = 'single_stream' AND ttft_ms_p50 IS NOT NULL
ORDER BY model_id, gpu_id, gpu_count,
         list_position(['le128', 'le512', 'le2k', 'le8k', 'le32k', 'gt32k'], prompt_bucket)`,
  },
  {
    title: 'Rent per million tokens, one user alone on the machine',
    sql: `WITH cheapest AS (
  SELECT gpu_id, min(usd_per_hour / gpu_count) AS usd_per_gpu_hour
  FROM prices WHERE term = 'on-demand' GROUP BY gpu_id
)
SELECT model_id, gpu_id, gpu_count, engine, quantization, source, decode_tps_p50 AS tok_per_s,
       round(usd_per_gpu_hour * gpu_count * 1e6 / (3600 * decode_tps_p50), 2) AS usd_per_million_tokens_one_user
FROM matrix JOIN cheapest USING (gpu_id)
WHERE measurement_type = 'single_stream' AND decode_tps_p50 IS NOT NULL
ORDER BY usd_per_million_tokens_one_user`,
  },
  {
    title: 'Where attempts fail',
    sql: `SELECT model_id, gpu_id, gpu_count, engine, engine_versions, source, samples AS attempts,
       round(100 * error_rate, 1) AS failed_percent, round(100 * reject_rate, 1) AS rejected_percent
FROM matrix WHERE error_rate > 0 OR reject_rate > 0
ORDER BY failed_percent DESC, attempts DESC`,
  },
  {
    title: 'Tables and columns',
    sql: `SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY ALL`,
  },
]
