-- Places every stratum in exactly one published cell (a partition). A community cell below the threshold is generalised: prompt size to
-- any, then version to any, then engine to any; what is left waits and is not published. Curated data is public already and exempt.
-- A month that is still open waits as a whole: of a cell that grows, two releases would isolate whoever came between them.
-- What a withdrawn cell held is gone at the level at which the cell was published and goes no further: it would add to another cell, and
-- the difference of that cell before and after would be what the withdrawn one held without the contributor who withdrew.
CREATE OR REPLACE TABLE placed AS
WITH level0 AS (
  SELECT *, engine AS e, engine_version AS v, prompt_bucket AS b,
    kind = 'community' AND coalesce(try_cast(replace(month, '-', '') AS INTEGER), 999999) > $closed_through AS open
  FROM strata
), kept0 AS (
  SELECT *, is_withdrawn(kind, model_id, quantization, gpu_id, gpu_count, e, v, measurement_type, b, month) AS gone FROM level0
), sized0 AS (
  SELECT *, kind = 'curated' OR (NOT gone AND NOT open AND count(DISTINCT contributor) OVER cell >= $k AND sum(lines) OVER cell >= $min_samples) AS fits
  FROM kept0 WINDOW cell AS (PARTITION BY kind, source, model_id, quantization, gpu_id, gpu_count, e, v, measurement_type, b, month)
), level1 AS (
  SELECT * REPLACE ('any' AS b) FROM sized0 WHERE NOT fits AND NOT gone
), kept1 AS (
  SELECT * REPLACE (is_withdrawn(kind, model_id, quantization, gpu_id, gpu_count, e, v, measurement_type, b, month) AS gone) FROM level1
), sized1 AS (
  SELECT * REPLACE (NOT gone AND NOT open AND count(DISTINCT contributor) OVER cell >= $k AND sum(lines) OVER cell >= $min_samples AS fits)
  FROM kept1
  WINDOW cell AS (PARTITION BY kind, source, model_id, quantization, gpu_id, gpu_count, e, v, measurement_type, b, month)
), level2 AS (
  SELECT * REPLACE ('any' AS v) FROM sized1 WHERE NOT fits AND NOT gone
), kept2 AS (
  SELECT * REPLACE (is_withdrawn(kind, model_id, quantization, gpu_id, gpu_count, e, v, measurement_type, b, month) AS gone) FROM level2
), sized2 AS (
  SELECT * REPLACE (NOT gone AND NOT open AND count(DISTINCT contributor) OVER cell >= $k AND sum(lines) OVER cell >= $min_samples AS fits)
  FROM kept2
  WINDOW cell AS (PARTITION BY kind, source, model_id, quantization, gpu_id, gpu_count, e, v, measurement_type, b, month)
), level3 AS (
  SELECT * REPLACE ('any' AS e) FROM sized2 WHERE NOT fits AND NOT gone
), kept3 AS (
  SELECT * REPLACE (is_withdrawn(kind, model_id, quantization, gpu_id, gpu_count, e, v, measurement_type, b, month) AS gone) FROM level3
), sized3 AS (
  SELECT * REPLACE (NOT gone AND NOT open AND count(DISTINCT contributor) OVER cell >= $k AND sum(lines) OVER cell >= $min_samples AS fits)
  FROM kept3
  WINDOW cell AS (PARTITION BY kind, source, model_id, quantization, gpu_id, gpu_count, e, v, measurement_type, b, month)
), settled AS (
  SELECT * FROM sized0 WHERE fits OR gone
  UNION ALL SELECT * FROM sized1 WHERE fits OR gone
  UNION ALL SELECT * FROM sized2 WHERE fits OR gone
  UNION ALL SELECT * FROM sized3
), named AS (
  SELECT * EXCLUDE (e, v, b, open) REPLACE (e AS engine, v AS engine_version, b AS prompt_bucket),
    lower(concat_ws('_', model_slug, quantization, gpu_id, 'x' || gpu_count, e, measurement_type, source)) AS matrix_id,
    matrix_id || '_' || left(md5(concat_ws('|', v, b, month)), 12) AS cell_id
  FROM settled
)
-- Numbers for the joins to come: a cell's is positive, a matrix row's negative, so that both can be keys of one table.
SELECT *, dense_rank() OVER (ORDER BY cell_id)::INTEGER AS cell_no, -dense_rank() OVER (ORDER BY matrix_id)::INTEGER AS matrix_no
FROM named
