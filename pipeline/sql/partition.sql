-- Places every stratum in exactly one published cell (a partition). A community cell below the threshold is generalised: prompt size to
-- any, then version to any, then engine to any; what is left waits and is not published. Curated data is public already and exempt.
-- A month that is still open waits as a whole: of a cell that grows, two releases would isolate whoever came between them. A build keeps
-- most strata of such months from here, by the same rule: see waiting.ts.
-- What a withdrawn cell held is gone at the level at which the cell was published and goes no further: it would add to another cell, and
-- the difference of that cell before and after would be what the withdrawn one held without the contributor who withdrew.
CREATE OR REPLACE TABLE placed AS
WITH RECURSIVE levels AS (
  SELECT *, engine AS e, engine_version AS v, prompt_bucket AS b,
    -- What is no month is never closed.
    kind = 'community' AND if(regexp_full_match(month, '[0-9]{4}-(0[1-9]|1[0-2])'), try_cast(replace(month, '-', '') AS INTEGER), 999999)
      > $closed_through AS open,
    FALSE AS gone, FALSE AS fits, 0 AS level
  FROM strata
  UNION ALL (
    WITH widened AS (
      SELECT * REPLACE (if(level >= 1, 'any', b) AS b, if(level >= 2, 'any', v) AS v, if(level >= 3, 'any', e) AS e, level + 1 AS level)
      FROM levels WHERE NOT fits AND NOT gone AND level < 4
    ), sized AS (
      SELECT kind, source, model_id, quantization, gpu_id, gpu_count, e, v, measurement_type, b, month,
        count(DISTINCT contributor) AS contributors, sum(lines) AS samples
      FROM widened GROUP BY ALL
    ), judged AS (
      SELECT *, is_withdrawn(kind, model_id, quantization, gpu_id, gpu_count, e, v, measurement_type, b, month) AS is_gone FROM sized
    )
    SELECT w.* REPLACE (is_gone AS gone, kind = 'curated' OR (NOT is_gone AND NOT open AND contributors >= $k AND samples >= $min_samples) AS fits)
    FROM widened w JOIN judged USING (kind, source, model_id, quantization, gpu_id, gpu_count, e, v, measurement_type, b, month)
  )
), named AS (
  SELECT * EXCLUDE (e, v, b, open, level) REPLACE (e AS engine, v AS engine_version, b AS prompt_bucket),
    lower(concat_ws('_', model_slug, quantization, gpu_id, 'x' || gpu_count, e, measurement_type, source)) AS matrix_id,
    matrix_id || '_' || left(md5(concat_ws('|', v, b, month)), 12) AS cell_id
  FROM levels WHERE fits OR gone OR level = 4
)
-- Numbers for the joins to come: a cell's is positive, a matrix row's negative, so that both can be keys of one table.
SELECT *, dense_rank() OVER (ORDER BY cell_id)::INTEGER AS cell_no, -dense_rank() OVER (ORDER BY matrix_id)::INTEGER AS matrix_no
FROM named
