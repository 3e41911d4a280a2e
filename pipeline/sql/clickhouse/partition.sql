-- Places every stratum in exactly one published cell (a partition). A community cell below the threshold is generalised: prompt size to
-- any, then version to any, then engine to any; what is left waits and is not published. Curated data is public already and exempt.
-- A level counts only what no finer level could place: that is why the fit of the level before is part of each window.
CREATE OR REPLACE TEMPORARY TABLE placed AS
WITH sized0 AS (
  SELECT *, kind = 'curated' OR (uniqExact(contributor) OVER cell >= {k:Int64} AND sum(lines) OVER cell >= {min_samples:Int64}) AS fits0
  FROM strata
  WINDOW cell AS (PARTITION BY kind, source, model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine, engine_version, prompt_bucket)
), sized1 AS (
  SELECT *, fits0 OR (uniqExact(contributor) OVER cell >= {k:Int64} AND sum(lines) OVER cell >= {min_samples:Int64}) AS fits1
  FROM sized0
  WINDOW cell AS (PARTITION BY fits0, kind, source, model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine, engine_version)
), sized2 AS (
  SELECT *, fits1 OR (uniqExact(contributor) OVER cell >= {k:Int64} AND sum(lines) OVER cell >= {min_samples:Int64}) AS fits2
  FROM sized1
  WINDOW cell AS (PARTITION BY fits1, kind, source, model_id, quantization, gpu_id, gpu_count, measurement_type, month, engine)
), sized3 AS (
  SELECT *, fits2 OR (uniqExact(contributor) OVER cell >= {k:Int64} AND sum(lines) OVER cell >= {min_samples:Int64}) AS fits
  FROM sized2
  WINDOW cell AS (PARTITION BY fits2, kind, source, model_id, quantization, gpu_id, gpu_count, measurement_type, month)
), settled AS (
  SELECT * EXCEPT (fits0, fits1, fits2) REPLACE (
    if(fits0, prompt_bucket, 'any') AS prompt_bucket, if(fits1, engine_version, 'any') AS engine_version, if(fits2, engine, 'any') AS engine)
  FROM sized3
), named AS (
  SELECT *,
    lowerUTF8(concatWithSeparator('_', model_slug, quantization, gpu_id, concat('x', toString(gpu_count)), engine, measurement_type, source)) AS matrix_id,
    concat(matrix_id, '_', lower(substring(hex(MD5(concatWithSeparator('|', engine_version, prompt_bucket, month))), 1, 12))) AS cell_id
  FROM settled
)
-- Numbers for the joins to come: a cell's is positive, a matrix row's negative, so that both can be keys of one table.
SELECT *, toInt32(dense_rank() OVER (ORDER BY cell_id)) AS cell_no, -toInt32(dense_rank() OVER (ORDER BY matrix_id)) AS matrix_no
FROM named
