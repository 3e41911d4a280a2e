-- Quantiles of every cell and matrix row, and the 95 % interval of the median where 8 contributors or more stand behind it
-- (Woodruff's method, clustered by contributor).
CREATE OR REPLACE TEMPORARY TABLE estimates AS
WITH
  -- The value that stands for bucket i of the histogram: the point whose relative distance to both of the bucket's bounds is equal.
  i -> 2 * exp2(i / 32.) / (1 + exp2(1 / 32.)) AS bucket_value,
  -- Bucket i, or the nearest one from low to high; i itself where there are no such bounds.
  (i, low, high) -> if(isNull(i) OR isNull(low), i, least(greatest(i, low), high)) AS inward,
  -- To 9 decimals, halves away from zero; round() would send them to the even neighbour.
  x -> floor(x * 1e9 + 0.5) / 1e9 AS round9,
lengths AS (
  SELECT key, metric, sum(cell_n) AS n
  FROM (SELECT DISTINCT arrayJoin([cell_no, matrix_no]) AS key, cell_no, metric, cell_n FROM weights) GROUP BY key, metric
), tails AS (
  -- A percentile is an edge of the distribution, and the tail behind it a bin like any other: it moves inwards until enough
  -- contributors lie behind it.
  SELECT key, metric, arraySort(groupArray(lowest))[{bin_contributors:Int64}] AS low,
    greatest(low, arrayReverseSort(groupArray(highest))[{bin_contributors:Int64}]) AS high
  FROM (
    SELECT arrayJoin([cell_no, matrix_no]) AS key, metric, contributor, min(idx) AS lowest, max(idx) AS highest
    FROM weights WHERE kind = 'community' GROUP BY key, metric, contributor
  ) GROUP BY key, metric
), behind AS (
  SELECT w.key AS key, w.metric AS metric, w.contributor AS contributor, any(w.kind) AS kind, sum(w.n) AS n, sumIf(w.n, w.idx <= q.i50) / sum(w.n) AS share
  FROM (SELECT arrayJoin([cell_no, matrix_no]) AS key, kind, metric, contributor, idx, n FROM weights) w
  JOIN quantiles q ON q.key = w.key AND q.metric = w.metric
  GROUP BY key, metric, contributor
), spread AS (
  SELECT key, metric, any(kind) AS kind, count() AS contributors,
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
SELECT q.key AS key, q.metric AS metric, l.n AS n, bucket_value(inward(q.i5, t.low, t.high)) AS p5,
  bucket_value(inward(q.i25, t.low, t.high)) AS p25, bucket_value(inward(q.i50, t.low, t.high)) AS p50,
  bucket_value(inward(q.i75, t.low, t.high)) AS p75, bucket_value(inward(q.i95, t.low, t.high)) AS p95,
  bucket_value(inward(e.i_low, t.low, t.high)) AS ci_low, bucket_value(inward(e.i_high, t.low, t.high)) AS ci_high
FROM quantiles q
JOIN lengths l ON l.key = q.key AND l.metric = q.metric
LEFT JOIN tails t ON t.key = q.key AND t.metric = q.metric
LEFT JOIN ends e ON e.key = q.key AND e.metric = q.metric
SETTINGS join_use_nulls = 1
