-- A row per model x quantisation x GPU x GPU count x engine x measurement type x concurrency x backend x source.
WITH described AS (
  SELECT matrix_id, matrix_no, 'curated' AS kind, source, model_id, quantization, gpu_id, gpu_count, engine, measurement_type, concurrency_bucket, engine_backend,
    string_agg(DISTINCT engine_version, ' ' ORDER BY engine_version) AS engine_versions,
    string_agg(DISTINCT prompt_bucket, ' ' ORDER BY prompt_bucket) AS prompt_buckets,
    min(month) AS first_month, max(month) AS last_month
  FROM benchmark_placed GROUP BY ALL
)
SELECT d.* EXCLUDE (matrix_no), f.* EXCLUDE (key)
FROM described d JOIN benchmark_figures f ON f.key = d.matrix_no
ORDER BY d.matrix_id
