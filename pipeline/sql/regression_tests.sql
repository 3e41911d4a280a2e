-- Tests whether a release of an engine made a configuration slower: neighbouring published releases of one configuration, the build variant
-- part of it. Paired by contributor and host: per host the difference of the medians of ln(v), per contributor the median of its hosts'.
-- Pairs further from their median than twice 1.4826 (1 + 1.1 / n) MAD, at least 0.08, are left out: what changed there is not the version.
-- Exact one-sided signed-rank test on the other pairs, 6 or more, with how many of them rose for a sign test; Hodges-Lehmann effect.
WITH RECURSIVE cells AS (
  -- The cells of a release in different months have one number, and so have the spellings of its version.
  SELECT DISTINCT cell_no, model_id, quantization, gpu_id, gpu_count, engine, measurement_type, concurrency_bucket, engine_backend, prompt_bucket,
    engine_version, ordinal, dense_rank() OVER (
      ORDER BY model_id, quantization, gpu_id, gpu_count, engine, measurement_type, concurrency_bucket, engine_backend, prompt_bucket, variant) AS configuration
  FROM placed JOIN versions USING (engine, engine_version)
  WHERE is_published AND ordinal IS NOT NULL
), counts AS (
  -- Of the contributors that the figures of a cell are made of.
  SELECT configuration, ordinal, contributor, host, idx, sum(n) AS n
  FROM counted JOIN stratum_bins USING (stratum_id, quantity) JOIN cells USING (cell_no) SEMI JOIN contributors USING (series_no)
  WHERE metric = 'decode_tps' GROUP BY ALL
), cumulated AS (
  SELECT *, sum(n) OVER (whole ORDER BY idx) AS below, sum(n) OVER whole AS total
  FROM counts WINDOW whole AS (PARTITION BY configuration, ordinal, contributor, host)
), medians AS (
  -- Interpolated within the bucket of the median, whose width would otherwise hide a change of 2 %.
  SELECT configuration, ordinal, contributor, host, arg_min(idx - 1 + (0.5 * total - (below - n)) / n, idx) * ln(2) / 32 AS m
  FROM cumulated WHERE 2 * below >= total GROUP BY ALL
), ordered AS (
  SELECT *, dense_rank() OVER (PARTITION BY configuration ORDER BY ordinal) AS step FROM medians
), changes AS (
  SELECT a.configuration, a.step, a.ordinal, b.ordinal AS next_ordinal, a.contributor, round(median(b.m - a.m), 9) AS d
  FROM ordered a JOIN ordered b ON (b.configuration, b.step, b.contributor, b.host) = (a.configuration, a.step + 1, a.contributor, a.host)
  GROUP BY ALL
), centres AS (
  SELECT configuration, step, median(d) AS d0, greatest(1.4826 * (1 + 1.1 / count(*)) * mad(d), 0.08) AS s0 FROM changes GROUP BY ALL
), deltas AS (
  SELECT configuration, step, ordinal, next_ordinal, contributor, d
  FROM changes JOIN centres USING (configuration, step) WHERE abs(d - d0) <= 2 * s0
), ranked AS (
  -- Twice the mid-rank, so that ties stay whole numbers.
  SELECT configuration, step, d, row_number() OVER (PARTITION BY configuration, step ORDER BY abs(d), contributor) AS place,
    (2 * rank() OVER (PARTITION BY configuration, step ORDER BY abs(d)) + count(*) OVER (PARTITION BY configuration, step, abs(d)) - 1)::INTEGER AS r,
    count(*) OVER (PARTITION BY configuration, step) AS n
  FROM deltas WHERE d <> 0
), ways AS (
  -- How many of the 2^n sign patterns give each sum of positive ranks.
  SELECT DISTINCT configuration, step, 0::BIGINT AS place, 0 AS s, 1::DOUBLE AS c FROM ranked WHERE n >= greatest(6, $k)
  UNION ALL
  SELECT w.configuration, w.step, w.place + 1, w.s + sign.taken * k.r, sum(w.c)
  FROM ways w JOIN ranked k ON (k.configuration, k.step, k.place) = (w.configuration, w.step, w.place + 1), (VALUES (0), (1)) AS sign (taken)
  GROUP BY w.configuration, w.step, w.place, w.s + sign.taken * k.r
), observed AS (
  SELECT configuration, step, any_value(n)::INTEGER AS n, coalesce(sum(r) FILTER (d > 0), 0) AS positive,
    count(*) FILTER (d > 0)::INTEGER AS rises
  FROM ranked GROUP BY ALL
), tests AS (
  SELECT configuration, step, o.n, any_value(o.rises) AS rises, sum(w.c) FILTER (w.s <= o.positive) / sum(w.c) AS p
  FROM observed o JOIN ways w USING (configuration, step) WHERE w.place = o.n GROUP BY ALL
), effects AS (
  SELECT a.configuration, a.step, any_value(a.ordinal) AS ordinal, any_value(a.next_ordinal) AS next_ordinal, exp(median((a.d + b.d) / 2)) - 1 AS effect
  FROM deltas a JOIN deltas b ON (a.configuration, a.step) = (b.configuration, b.step) AND a.contributor <= b.contributor GROUP BY ALL
), named AS (
  -- Of the spellings of a version the first in alphabetical order is shown.
  SELECT * EXCLUDE (cell_no, engine_version), min(engine_version) AS version FROM cells GROUP BY ALL
)
SELECT a.* EXCLUDE (configuration, ordinal, version), a.version AS from_version, b.version AS to_version, t.n AS pairs, t.rises, t.p AS p_value, e.effect
FROM tests t JOIN effects e USING (configuration, step)
JOIN named a ON (a.configuration, a.ordinal) = (e.configuration, e.ordinal)
JOIN named b ON (b.configuration, b.ordinal) = (e.configuration, e.next_ordinal)
