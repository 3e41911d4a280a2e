-- A row per model x quantisation x GPU x GPU count x engine x measurement type x source, rolled up from published cells only.
WITH strata AS (
  SELECT matrix_id, matrix_no, kind, source, model_id, quantization, gpu_id, gpu_count, engine, measurement_type,
    string_agg(DISTINCT engine_version, ' ' ORDER BY engine_version) AS engine_versions,
    string_agg(DISTINCT prompt_bucket, ' ' ORDER BY prompt_bucket) AS prompt_buckets,
    min(month) AS first_month, max(month) AS last_month
  FROM placed WHERE fits GROUP BY ALL
)
SELECT s.* EXCLUDE (matrix_no), f.* EXCLUDE (key, kind)
FROM strata s JOIN figures f ON f.key = s.matrix_no
ORDER BY s.matrix_id
