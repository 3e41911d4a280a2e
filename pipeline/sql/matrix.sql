-- A row per model x quantisation x GPU x GPU count x engine x measurement type x concurrency x backend, rolled up from published cells only.
WITH rolled_up AS (
  SELECT matrix_id, matrix_no, 'community' AS kind, 'community' AS source, model_id, quantization, gpu_id, gpu_count, engine, measurement_type,
    concurrency_bucket, engine_backend,
    string_agg(DISTINCT engine_version, ' ' ORDER BY engine_version) AS engine_versions,
    string_agg(DISTINCT prompt_bucket, ' ' ORDER BY prompt_bucket) AS prompt_buckets, '' AS output_buckets,
    min(month) AS first_month, max(month) AS last_month
  FROM placed WHERE is_published GROUP BY ALL
)
SELECT r.* EXCLUDE (matrix_no), f.* EXCLUDE (key), step_count(t.n) AS output_tps_n, t.p25 AS output_tps_p25, t.p50 AS output_tps_p50,
  t.p75 AS output_tps_p75, if(t.n IS NULL, NULL, FALSE) AS output_tps_derived
FROM rolled_up r JOIN figures f ON f.key = r.matrix_no
LEFT JOIN estimates t ON t.key = r.matrix_no AND t.metric = 'output_tps'
ORDER BY r.matrix_id
