-- The published partition: a row per cell.
SELECT DISTINCT p.cell_id, p.matrix_id, p.kind, p.source, p.model_id, p.quantization, p.gpu_id, p.gpu_count, p.engine, p.engine_version,
  p.measurement_type, p.prompt_bucket, p.month, f.* EXCLUDE (key, kind)
FROM placed p JOIN figures f ON f.key = p.cell_no
WHERE p.fits
ORDER BY p.cell_id
