-- Tests whether a release of an engine made a configuration slower: neighbouring published releases of one configuration, the build variant
-- part of it. Paired by contributor and host: per host the difference of the medians of ln(v), each of the first month in which the host ran the
-- release, per contributor the median of its hosts'. A step is tested once, in the first month by the end of which there are pairs enough: what
-- comes later, in pairs or in releases between the two, changes nothing, so that no two publications differ by one pair.
-- Pairs further from their median than twice 1.4826 (1 + 1.1 / n) MAD, at least 0.08, are left out: what changed there is not the version.
-- Exact one-sided signed-rank test on the other pairs, 6 or more, with how many of them rose for a sign test; Hodges-Lehmann effect.
WITH RECURSIVE cells AS (
  -- The spellings of a version have one number.
  SELECT DISTINCT cell_no, model_id, quantization, gpu_id, gpu_count, engine, measurement_type, concurrency_bucket, engine_backend, prompt_bucket,
    engine_version, ordinal, month, dense_rank() OVER (
      ORDER BY model_id, quantization, gpu_id, gpu_count, engine, measurement_type, concurrency_bucket, engine_backend, prompt_bucket, variant) AS configuration
  FROM placed JOIN versions USING (engine, engine_version)
  WHERE is_published AND ordinal IS NOT NULL
), runs AS (
  -- What a host ran of a release in the first month in which it did, by the contributors that the figures of a cell are made of. By one number, bins
  -- are grouped in half the time.
  SELECT histogram_id, configuration, ordinal, contributor, host, month,
    dense_rank() OVER (ORDER BY configuration, ordinal, contributor, host)::INTEGER AS run_no
  FROM counted JOIN cells USING (cell_no) SEMI JOIN contributors USING (series_no) SEMI JOIN stratum_bins USING (histogram_id)
  WHERE metric = 'decode_tps'
  QUALIFY month = min(month) OVER (PARTITION BY configuration, ordinal, contributor, host)
), counts AS (
  SELECT run_no, idx, sum(n)::BIGINT AS n FROM runs JOIN stratum_bins USING (histogram_id) GROUP BY ALL
), cumulated AS (
  SELECT *, sum(n) OVER (PARTITION BY run_no ORDER BY idx) AS below, sum(n) OVER (PARTITION BY run_no) AS total FROM counts
), middles AS (
  -- Interpolated within the bucket of the median, whose width would otherwise hide a change of 2 %.
  SELECT run_no, arg_min(idx - 1 + (0.5 * total - (below - n)) / n, idx) * ln(2) / 32 AS m FROM cumulated WHERE 2 * below >= total GROUP BY ALL
), medians AS (
  SELECT DISTINCT run_no, configuration, ordinal, contributor, host, month, m FROM runs JOIN middles USING (run_no)
), releases AS (
  SELECT configuration, ordinal, min(month) AS month FROM medians GROUP BY ALL
), steps AS (
  -- Two releases are neighbours until one between them is published.
  SELECT a.configuration, a.ordinal, b.ordinal AS next_ordinal, coalesce(min(c.month), 'never') AS until
  FROM releases a JOIN releases b ON b.configuration = a.configuration AND b.ordinal > a.ordinal
  LEFT JOIN releases c ON c.configuration = a.configuration AND c.ordinal > a.ordinal AND c.ordinal < b.ordinal
  GROUP BY ALL
), hosts AS (
  SELECT s.*, a.contributor, greatest(a.month, b.month) AS month, b.m - a.m AS d
  FROM steps s JOIN medians a USING (configuration, ordinal)
  JOIN medians b ON (b.configuration, b.ordinal, b.contributor, b.host) = (a.configuration, s.next_ordinal, a.contributor, a.host)
), changes AS (
  SELECT h.configuration, h.ordinal, h.next_ordinal, ends.month, h.contributor, round(median(h.d), 9) AS d
  FROM hosts h
  JOIN (SELECT DISTINCT configuration, ordinal, next_ordinal, month FROM hosts WHERE month < until) ends USING (configuration, ordinal, next_ordinal)
  WHERE h.month <= ends.month GROUP BY ALL
), centres AS (
  SELECT configuration, ordinal, next_ordinal, month, median(d) AS d0, scaled_mad(d, 0.08) AS s0 FROM changes GROUP BY ALL
), likely AS (
  SELECT *, count(*) FILTER (d <> 0) OVER (PARTITION BY configuration, ordinal, next_ordinal, month) AS n
  FROM changes NATURAL JOIN centres WHERE abs(d - d0) <= 2 * s0
), deltas AS (
  SELECT dense_rank() OVER (ORDER BY configuration, ordinal, next_ordinal) AS step, configuration, ordinal, next_ordinal, month, contributor, d
  FROM likely WHERE n >= greatest(6, $k)
  QUALIFY month = min(month) OVER (PARTITION BY configuration, ordinal, next_ordinal)
), ranked AS (
  -- Twice the mid-rank, so that ties stay whole numbers.
  SELECT step, d, row_number() OVER (PARTITION BY step ORDER BY abs(d), contributor) AS place,
    (2 * rank() OVER (PARTITION BY step ORDER BY abs(d)) + count(*) OVER (PARTITION BY step, abs(d)) - 1)::INTEGER AS r
  FROM deltas WHERE d <> 0
), ways AS (
  -- How many of the 2^n sign patterns give each sum of positive ranks.
  SELECT DISTINCT step, 0::BIGINT AS place, 0 AS s, 1::DOUBLE AS c FROM ranked
  UNION ALL
  SELECT w.step, w.place + 1, w.s + sign.taken * k.r, sum(w.c)
  FROM ways w JOIN ranked k ON (k.step, k.place) = (w.step, w.place + 1), (VALUES (0), (1)) AS sign (taken)
  GROUP BY w.step, w.place, w.s + sign.taken * k.r
), observed AS (
  SELECT step, count(*)::INTEGER AS n, coalesce(sum(r) FILTER (d > 0), 0) AS positive, count(*) FILTER (d > 0)::INTEGER AS rises
  FROM ranked GROUP BY ALL
), tests AS (
  SELECT step, o.n, any_value(o.rises) AS rises, sum(w.c) FILTER (w.s <= o.positive) / sum(w.c) AS p
  FROM observed o JOIN ways w USING (step) WHERE w.place = o.n GROUP BY ALL
), effects AS (
  SELECT step, any_value(a.configuration) AS configuration, any_value(a.ordinal) AS ordinal, any_value(a.next_ordinal) AS next_ordinal, any_value(a.month) AS month,
    exp(median((a.d + b.d) / 2)) - 1 AS effect
  FROM deltas a JOIN deltas b USING (step) WHERE a.contributor <= b.contributor GROUP BY ALL
), named AS (
  -- Of the spellings of a version that of the first month is shown, the first in alphabetical order.
  SELECT * EXCLUDE (cell_no, engine_version, month), arg_min(engine_version, (month, engine_version)) AS version FROM cells GROUP BY ALL
)
SELECT a.* EXCLUDE (configuration, ordinal, version), a.version AS from_version, b.version AS to_version, e.month, t.n AS pairs, t.rises, t.p AS p_value, e.effect
FROM tests t JOIN effects e USING (step)
JOIN named a ON (a.configuration, a.ordinal) = (e.configuration, e.ordinal)
JOIN named b ON (b.configuration, b.ordinal) = (e.configuration, e.next_ordinal)
