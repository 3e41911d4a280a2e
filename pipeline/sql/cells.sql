-- A row per published cell, with its number.
SELECT DISTINCT p.cell_no, p.cell_id, p.matrix_id, 'community' AS kind, 'community' AS source, p.model_id, p.quantization, p.gpu_id, p.gpu_count,
  p.engine, p.engine_version, p.measurement_type, p.concurrency_bucket, p.engine_backend, p.prompt_bucket, p.month, f.* EXCLUDE (key)
FROM placed p JOIN figures f ON f.key = p.cell_no
WHERE p.is_published
ORDER BY p.cell_id
