-- A row per cell.
SELECT DISTINCT p.cell_id, p.matrix_id, 'curated' AS kind, p.source, p.model_id, p.quantization, p.gpu_id, p.gpu_count, p.engine, p.engine_version,
  p.measurement_type, p.concurrency_bucket, p.engine_backend, p.prompt_bucket, p.month, f.* EXCLUDE (key)
FROM benchmark_placed p JOIN benchmark_figures f ON f.key = p.cell_no
ORDER BY p.cell_id
