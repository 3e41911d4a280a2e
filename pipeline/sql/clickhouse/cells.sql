-- The published partition: a row per cell.
SELECT p.* EXCEPT (cell_no), f.* EXCEPT (key)
FROM (
  SELECT DISTINCT cell_id, matrix_id, kind, source, model_id, quantization, gpu_id, gpu_count, engine, engine_version, measurement_type,
    prompt_bucket, month, cell_no
  FROM placed WHERE fits
) p
JOIN figures f ON f.key = p.cell_no
ORDER BY p.cell_id
