-- Quantiles of every cell and matrix row, and the 95 % interval of the median where 8 contributors or more stand behind it
-- (Woodruff's method, clustered by contributor).
CREATE OR REPLACE TEMPORARY TABLE estimates AS
WITH
  -- The value that stands for bucket i of the histogram: the point whose relative distance to both of the bucket's bounds is equal.
  i -> 2 * exp2(i / 32.) / (1 + exp2(1 / 32.)) AS bucket_value,
  -- To 9 decimals, halves away from zero; round() would send them to the even neighbour.
  x -> floor(x * 1e9 + 0.5) / 1e9 AS round9,
behind AS (
  SELECT w.key AS key, w.metric AS metric, w.contributor AS contributor, any(w.kind) AS kind, sum(w.n) AS n, sumIf(w.n, w.idx <= q.i50) / sum(w.n) AS share
  FROM (SELECT arrayJoin([cell_no, matrix_no]) AS key, kind, metric, contributor, idx, n FROM weights) w
  JOIN quantiles q ON q.key = w.key AND q.metric = w.metric
  GROUP BY key, metric, contributor
), spread AS (
  SELECT key, metric, any(kind) AS kind, sum(n) AS n, count() AS contributors,
    least(greatest(ceil(round9(stddevSampStable(share)) * 20) / 20, 0.1), 0.55) AS s_f
  FROM behind GROUP BY key, metric
), halves AS (
  -- t(n - 1, 0.975) by the Cornish-Fisher expansion around 1.95996; within 0.1 % from 7 degrees of freedom on.
  SELECT key, metric, (1.959964 + 2.372271 / (contributors - 1) + 2.822500 / pow(contributors - 1, 2) + 2.555850 / pow(contributors - 1, 3))
    * s_f / sqrt(contributors) AS half
  FROM spread WHERE kind = 'community' AND contributors >= 8
), ends AS (
  SELECT c.key AS key, c.metric AS metric,
    minIf(c.idx, toFloat64(c.below) >= (0.5 - h.half) * toFloat64(c.total) - 0.5) AS i_low,
    minIf(c.idx, toFloat64(c.below) >= (0.5 + h.half) * toFloat64(c.total) - 0.5) AS i_high
  FROM cumulated c JOIN halves h ON h.key = c.key AND h.metric = c.metric GROUP BY key, metric
)
SELECT q.key AS key, q.metric AS metric, s.n AS n, bucket_value(q.i5) AS p5, bucket_value(q.i25) AS p25, bucket_value(q.i50) AS p50,
  bucket_value(q.i75) AS p75, bucket_value(q.i95) AS p95, bucket_value(e.i_low) AS ci_low, bucket_value(e.i_high) AS ci_high
FROM quantiles q
JOIN spread s ON s.key = q.key AND s.metric = q.metric
LEFT JOIN ends e ON e.key = q.key AND e.metric = q.metric
SETTINGS join_use_nulls = 1
