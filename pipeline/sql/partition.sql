-- Places every stratum in exactly one cell. A cell below the thresholds is generalised: prompt size to any, then concurrency, version, backend
-- and engine. What is still below them is pending: it is not published. A task that ran alone keeps its concurrency of 1. Contributors with too few
-- samples of a cell for a say in its figures do not count for the thresholds.
-- A month that is still open is pending as a whole: of a cell that grows, two releases would isolate whoever came between them. A month that
-- cannot be read counts as open.
-- What a withdrawn cell held is withdrawn at the level at which the cell was published and goes no further: it would add to another cell, and
-- the difference of that cell before and after would be what the withdrawn one held without the contributor who withdrew. A frozen cell is
-- published in its place as one row without a stratum.
CREATE OR REPLACE TABLE placed AS
WITH RECURSIVE levels AS (
  SELECT *, regexp_full_match(month, '[0-9]{4}-(0[1-9]|1[0-2])') AND try_cast(replace(month, '-', '') AS INTEGER) <= $closed_through AS is_closed,
    FALSE AS is_withdrawn, FALSE AS is_published, 0 AS level
  FROM strata
  UNION ALL (
    WITH widened AS (
      SELECT * REPLACE (if(level >= 1, 'any', prompt_bucket) AS prompt_bucket,
        if(level >= 2 AND measurement_type <> 'single_stream', 'any', concurrency_bucket) AS concurrency_bucket,
        if(level >= 3, 'any', engine_version) AS engine_version, if(level >= 4, 'any', engine_backend) AS engine_backend,
        if(level >= 5, 'any', engine) AS engine, level + 1 AS level)
      FROM levels WHERE NOT is_published AND NOT is_withdrawn AND level < 6
    ), sized AS (
      SELECT * EXCLUDE (contributor, n, has_say), count(*) FILTER (has_say) >= $k AND sum(n) FILTER (has_say) >= $min_samples AS is_enough
      FROM (
        SELECT model_id, quantization, gpu_id, gpu_count, engine, engine_version, measurement_type, concurrency_bucket, engine_backend,
          prompt_bucket, month, contributor, sum(lines) AS n, n >= $contributor_samples AS has_say
        FROM widened GROUP BY ALL
      ) GROUP BY ALL
    ), judged AS (
      SELECT * FROM sized NATURAL LEFT JOIN (SELECT *, TRUE AS is_gone FROM withdrawn)
    )
    SELECT w.* REPLACE (is_gone IS NOT NULL AS is_withdrawn, coalesce(is_enough, FALSE) AND is_closed AND is_gone IS NULL AS is_published)
    FROM widened w NATURAL JOIN judged
  )
), named AS (
  SELECT * EXCLUDE (is_closed, level),
    matrix_name(model_slug, quantization, gpu_id, gpu_count, engine, engine_backend, measurement_type, concurrency_bucket, 'community') AS matrix_id,
    matrix_id || '_' || left(md5(concat_ws('|', engine_version, prompt_bucket, month)), 12) AS cell_id
  FROM levels WHERE is_published OR is_withdrawn OR level = 6
  UNION ALL BY NAME
  SELECT * EXCLUDE (contributors, samples, ok_rate, cancel_rate, error_rate, reject_rate), FALSE AS is_withdrawn, TRUE AS is_published
  FROM frozen_cells
)
-- Numbers for the joins to come: a cell's is positive, a matrix row's negative, so that both can be keys of one table.
SELECT *, dense_rank() OVER (ORDER BY cell_id)::INTEGER AS cell_no, -dense_rank() OVER (ORDER BY matrix_id)::INTEGER AS matrix_no
FROM named
