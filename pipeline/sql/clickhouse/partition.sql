-- Places every stratum in exactly one published cell (a partition). A community cell below the threshold is generalised: prompt size to
-- any, then version to any, then engine to any; what is left waits and is not published. Curated data is public already and exempt.
-- A month that is still open waits as a whole: of a cell that grows, two releases would isolate whoever came between them.
-- What a withdrawn cell held is gone at the level at which the cell was published and goes no further: it would add to another cell, and
-- the difference of that cell before and after would be what the withdrawn one held without the contributor who withdrew.
-- A stratum is settled at the first level where it fits or is gone; a level counts only what is not settled: hence `settled` in its window.
CREATE OR REPLACE TEMPORARY TABLE placed AS
WITH kept0 AS (
  SELECT *, kind = 'community' AND (model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine, engine_version, prompt_bucket) IN (
    SELECT model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine, engine_version, prompt_bucket FROM withdrawn) AS gone0,
    kind = 'community' AND toInt32OrZero(replaceAll(month, '-', '')) > {closed_through:Int64} AS open
  FROM strata
), sized0 AS (
  SELECT *, kind = 'curated' OR (NOT gone0 AND NOT open AND uniqExact(contributor) OVER cell >= {k:Int64} AND sum(lines) OVER cell >= {min_samples:Int64}) AS fits0,
    gone0 OR fits0 AS settled0
  FROM kept0
  WINDOW cell AS (PARTITION BY kind, source, model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine, engine_version, prompt_bucket)
), kept1 AS (
  SELECT *, NOT settled0 AND (model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine, engine_version) IN (
    SELECT model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine, engine_version FROM withdrawn WHERE prompt_bucket = 'any') AS gone1
  FROM sized0
), sized1 AS (
  SELECT *, NOT settled0 AND NOT gone1 AND NOT open AND uniqExact(contributor) OVER cell >= {k:Int64} AND sum(lines) OVER cell >= {min_samples:Int64} AS fits1,
    settled0 OR gone1 OR fits1 AS settled1
  FROM kept1
  WINDOW cell AS (PARTITION BY settled0, kind, source, model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine, engine_version)
), kept2 AS (
  SELECT *, NOT settled1 AND (model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine) IN (
    SELECT model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine FROM withdrawn
    WHERE prompt_bucket = 'any' AND engine_version = 'any') AS gone2
  FROM sized1
), sized2 AS (
  SELECT *, NOT settled1 AND NOT gone2 AND NOT open AND uniqExact(contributor) OVER cell >= {k:Int64} AND sum(lines) OVER cell >= {min_samples:Int64} AS fits2,
    settled1 OR gone2 OR fits2 AS settled2
  FROM kept2
  WINDOW cell AS (PARTITION BY settled1, kind, source, model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine)
), kept3 AS (
  SELECT *, NOT settled2 AND (model_id, quantization, gpu_id, gpu_count, measurement_type, month) IN (
    SELECT model_id, quantization, gpu_id, gpu_count, measurement_type, month FROM withdrawn
    WHERE prompt_bucket = 'any' AND engine_version = 'any' AND engine = 'any') AS gone3
  FROM sized2
), sized3 AS (
  SELECT *, NOT settled2 AND NOT gone3 AND NOT open AND uniqExact(contributor) OVER cell >= {k:Int64} AND sum(lines) OVER cell >= {min_samples:Int64} AS fits3
  FROM kept3
  WINDOW cell AS (PARTITION BY settled2, kind, source, model_id, quantization, gpu_id, gpu_count, measurement_type, month)
), settled AS (
  SELECT stratum_id, lines, kind, source, contributor, model_id, model_slug, quantization, gpu_id, gpu_count, measurement_type, month, exit,
    first_token_counts, tokens_count, fits0 OR fits1 OR fits2 OR fits3 AS fits, gone0 OR gone1 OR gone2 OR gone3 AS gone,
    if(settled0, prompt_bucket, 'any') AS bucket, if(settled1, engine_version, 'any') AS version, if(settled2, engine, 'any') AS maker
  FROM sized3
), named AS (
  SELECT * EXCEPT (bucket, version, maker), bucket AS prompt_bucket, version AS engine_version, maker AS engine,
    lowerUTF8(concatWithSeparator('_', model_slug, quantization, gpu_id, concat('x', toString(gpu_count)), maker, measurement_type, source)) AS matrix_id,
    concat(matrix_id, '_', lower(substring(hex(MD5(concatWithSeparator('|', version, bucket, month))), 1, 12))) AS cell_id
  FROM settled
)
-- Numbers for the joins to come: a cell's is positive, a matrix row's negative, so that both can be keys of one table.
SELECT *, toInt32(dense_rank() OVER (ORDER BY cell_id)) AS cell_no, -toInt32(dense_rank() OVER (ORDER BY matrix_id)) AS matrix_no
FROM named
