-- A row per model x quantisation x GPU x GPU count x engine x measurement type x source, rolled up from published cells only.
WITH matrix_rows AS (
  SELECT matrix_id, matrix_no, kind, source, model_id, quantization, gpu_id, gpu_count, engine, measurement_type,
    arrayStringConcat(arraySort(groupUniqArray(engine_version)), ' ') AS engine_versions,
    arrayStringConcat(arraySort(groupUniqArray(prompt_bucket)), ' ') AS prompt_buckets,
    min(month) AS first_month, max(month) AS last_month
  FROM placed WHERE fits
  GROUP BY matrix_id, matrix_no, kind, source, model_id, quantization, gpu_id, gpu_count, engine, measurement_type
)
SELECT s.* EXCEPT (matrix_no), f.* EXCEPT (key)
FROM matrix_rows s JOIN figures f ON f.key = s.matrix_no
ORDER BY s.matrix_id
