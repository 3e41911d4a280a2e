-- Places every stratum in exactly one cell. A cell below the thresholds is generalised: prompt size to any, then version to any, then engine
-- to any. What is still below them is pending: it is not published.
-- A month that is still open is pending as a whole: of a cell that grows, two releases would isolate whoever came between them. A month that
-- cannot be read counts as open.
-- What a withdrawn cell held is withdrawn at the level at which the cell was published and goes no further: it would add to another cell, and
-- the difference of that cell before and after would be what the withdrawn one held without the contributor who withdrew.
CREATE OR REPLACE TABLE placed AS
WITH RECURSIVE levels AS (
  SELECT *, regexp_full_match(month, '[0-9]{4}-(0[1-9]|1[0-2])') AND try_cast(replace(month, '-', '') AS INTEGER) <= $closed_through AS is_closed,
    FALSE AS is_withdrawn, FALSE AS is_published, 0 AS level
  FROM strata
  UNION ALL (
    WITH widened AS (
      SELECT * REPLACE (if(level >= 1, 'any', prompt_bucket) AS prompt_bucket, if(level >= 2, 'any', engine_version) AS engine_version,
        if(level >= 3, 'any', engine) AS engine, level + 1 AS level)
      FROM levels WHERE NOT is_published AND NOT is_withdrawn AND level < 4
    ), sized AS (
      SELECT model_id, quantization, gpu_id, gpu_count, engine, engine_version, measurement_type, prompt_bucket, month,
        count(DISTINCT contributor) >= $k AND sum(lines) >= $min_samples AS is_enough
      FROM widened GROUP BY ALL
    ), judged AS (
      SELECT s.*, w.month IS NOT NULL AS is_gone
      FROM sized s LEFT JOIN withdrawn w USING (model_id, quantization, gpu_id, gpu_count, engine, engine_version, measurement_type, prompt_bucket, month)
    )
    SELECT w.* REPLACE (is_gone AS is_withdrawn, is_enough AND is_closed AND NOT is_gone AS is_published)
    FROM widened w JOIN judged USING (model_id, quantization, gpu_id, gpu_count, engine, engine_version, measurement_type, prompt_bucket, month)
  )
), named AS (
  SELECT * EXCLUDE (is_closed, level),
    lower(concat_ws('_', model_slug, quantization, gpu_id, 'x' || gpu_count, engine, measurement_type, 'community')) AS matrix_id,
    matrix_id || '_' || left(md5(concat_ws('|', engine_version, prompt_bucket, month)), 12) AS cell_id
  FROM levels WHERE is_published OR is_withdrawn OR level = 4
)
-- Numbers for the joins to come: a cell's is positive, a matrix row's negative, so that both can be keys of one table.
SELECT *, dense_rank() OVER (ORDER BY cell_id)::INTEGER AS cell_no, -dense_rank() OVER (ORDER BY matrix_id)::INTEGER AS matrix_no
FROM named
