-- Tests whether an engine version made a stratum slower. Paired by contributor over neighbouring published versions of one stratum: one
-- difference of the median of ln(v) per contributor, exact one-sided signed-rank test on 6 pairs or more, Hodges-Lehmann effect.
WITH RECURSIVE cells AS (
  -- The cells of a stratum in different months have one number, and so have its versions.
  SELECT DISTINCT cell_no, model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, engine_version,
    dense_rank() OVER (ORDER BY model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, engine_version) AS version_no
  FROM placed
  WHERE fits AND kind = 'community' AND engine <> 'any' AND engine_version NOT IN ('any', 'unknown')
), counts AS (
  SELECT version_no, contributor, idx, sum(n) AS n FROM weights JOIN cells USING (cell_no) WHERE metric = 'decode_tps' GROUP BY ALL
), cumulated AS (
  SELECT *, sum(n) OVER (whole ORDER BY idx) AS below, sum(n) OVER whole AS total
  FROM counts WINDOW whole AS (PARTITION BY version_no, contributor)
), medians AS (
  -- Interpolated within the bucket of the median, whose width would otherwise hide a change of 2 %.
  SELECT version_no, contributor, arg_min(idx - 1 + (0.5 * total - (below - n)) / n, idx) * ln(2) / 32 AS m
  FROM cumulated WHERE 2 * below >= total GROUP BY ALL
), ordered AS (
  -- Versions compare by their numbers: 0.9 comes before 0.10, b999 before b1000.
  SELECT *, dense_rank() OVER (PARTITION BY model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket
    ORDER BY list_transform(regexp_extract_all(engine_version, '[0-9]+'), lambda part: part::HUGEINT), engine_version) AS step
  FROM medians JOIN (SELECT DISTINCT * EXCLUDE (cell_no) FROM cells) USING (version_no)
), deltas AS (
  SELECT a.model_id, a.quantization, a.gpu_id, a.gpu_count, a.engine, a.measurement_type, a.prompt_bucket,
    a.engine_version AS from_version, b.engine_version AS to_version, a.contributor, round(b.m - a.m, 9) AS d,
    md5(concat_ws('|', a.model_id, a.quantization, a.gpu_id, a.gpu_count, a.engine, a.measurement_type, a.prompt_bucket, a.engine_version, b.engine_version)) AS test
  FROM ordered a JOIN ordered b
    ON b.step = a.step + 1
   AND (a.model_id, a.quantization, a.gpu_id, a.gpu_count, a.engine, a.measurement_type, a.prompt_bucket, a.contributor)
     = (b.model_id, b.quantization, b.gpu_id, b.gpu_count, b.engine, b.measurement_type, b.prompt_bucket, b.contributor)
), ranked AS (
  -- Twice the mid-rank, so that ties stay whole numbers.
  SELECT test, d, row_number() OVER (PARTITION BY test ORDER BY abs(d), contributor) AS place,
    (2 * rank() OVER (PARTITION BY test ORDER BY abs(d)) + count(*) OVER (PARTITION BY test, abs(d)) - 1)::INTEGER AS r,
    count(*) OVER (PARTITION BY test) AS n
  FROM deltas WHERE d <> 0
), ways AS (
  -- How many of the 2^n sign patterns give each sum of positive ranks.
  SELECT DISTINCT test, 0::BIGINT AS place, 0 AS s, 1::DOUBLE AS c FROM ranked WHERE n >= greatest(6, $k)
  UNION ALL
  SELECT w.test, w.place + 1, w.s + sign.taken * k.r, sum(w.c)
  FROM ways w JOIN ranked k ON k.test = w.test AND k.place = w.place + 1, (VALUES (0), (1)) AS sign (taken)
  GROUP BY w.test, w.place, w.s + sign.taken * k.r
), observed AS (
  SELECT test, any_value(n)::INTEGER AS n, coalesce(sum(r) FILTER (d > 0), 0) AS positive FROM ranked GROUP BY test
), tests AS (
  SELECT o.test, o.n, sum(w.c) FILTER (w.s <= o.positive) / sum(w.c) AS p
  FROM observed o JOIN ways w ON w.test = o.test AND w.place = o.n GROUP BY o.test, o.n
), effects AS (
  SELECT a.test, exp(median((a.d + b.d) / 2)) - 1 AS effect
  FROM deltas a JOIN deltas b ON a.test = b.test AND a.contributor <= b.contributor GROUP BY a.test
), described AS (
  SELECT DISTINCT model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, from_version, to_version, test FROM deltas
)
SELECT d.*, t.n, t.p, e.effect
FROM described d JOIN tests t USING (test) JOIN effects e USING (test)
ORDER BY d.test
