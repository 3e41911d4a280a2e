-- A row per model x quantisation x GPU x GPU count x engine x measurement type x concurrency x backend x source.
WITH described AS (
  SELECT matrix_id, matrix_no, 'curated' AS kind, source, model_id, quantization, gpu_id, gpu_count, engine, measurement_type, concurrency_bucket, engine_backend,
    string_agg(DISTINCT engine_version, ' ' ORDER BY engine_version) AS engine_versions,
    string_agg(DISTINCT prompt_bucket, ' ' ORDER BY prompt_bucket) AS prompt_buckets,
    string_agg(DISTINCT output_bucket, ' ' ORDER BY output_bucket) AS output_buckets,
    min(month) AS first_month, max(month) AS last_month
  FROM benchmark_placed GROUP BY ALL
), throughput AS (
  SELECT matrix_no, count(*)::INTEGER AS n, quantile_cont(value, [0.25, 0.5, 0.75]) AS p, bool_or(is_derived) AS derived
  FROM benchmark_placed JOIN benchmark_rows USING (group_id) JOIN benchmark_values USING (row_id)
  WHERE metric = 'output_tps' GROUP BY matrix_no
)
SELECT d.* EXCLUDE (matrix_no), f.* EXCLUDE (key), t.n AS output_tps_n, t.p[1] AS output_tps_p25, t.p[2] AS output_tps_p50,
  t.p[3] AS output_tps_p75, t.derived AS output_tps_derived
FROM described d JOIN benchmark_figures f ON f.key = d.matrix_no LEFT JOIN throughput t USING (matrix_no)
ORDER BY d.matrix_id
