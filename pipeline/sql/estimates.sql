-- Quantiles of every cell and matrix row, and the 95 % interval of the median where 8 contributors or more stand behind it
-- (Woodruff's method, clustered by contributor). Contributors of unequal weight tell as much as (sum w) ** 2 / sum w ** 2 of equal weight.
CREATE OR REPLACE TABLE estimates AS
WITH summed AS (
  SELECT cell_no, matrix_no, metric, idx, sum(w) AS w FROM weights GROUP BY ALL
), shares AS (
  SELECT cell_no AS key, metric, idx, w FROM summed
  UNION ALL SELECT matrix_no, metric, idx, sum(w) FROM summed GROUP BY ALL
), cumulated AS (
  SELECT key, metric, idx, sum(w) OVER (PARTITION BY key, metric ORDER BY idx) AS below, sum(w) OVER (PARTITION BY key, metric) AS total FROM shares
), quantiles AS (
  SELECT key, metric,
    min(idx) FILTER (below >= 0.05 * total - 0.5) AS i5, min(idx) FILTER (below >= 0.25 * total - 0.5) AS i25,
    min(idx) FILTER (below >= 0.5 * total - 0.5) AS i50, min(idx) FILTER (below >= 0.75 * total - 0.5) AS i75,
    min(idx) FILTER (below >= 0.95 * total - 0.5) AS i95
  FROM cumulated GROUP BY ALL
), own AS (
  SELECT cell_no, matrix_no, metric, contributor, min(idx) AS lowest, max(idx) AS highest, any_value(cell_n) AS cell_n FROM weights GROUP BY ALL
), people AS (
  SELECT unnest([cell_no, matrix_no]) AS key, * FROM own
), lengths AS (
  SELECT key, metric, sum(cell_n)::BIGINT AS n FROM (SELECT DISTINCT key, cell_no, metric, cell_n FROM people) GROUP BY ALL
), tails AS (
  -- A percentile is an edge of the distribution, and the tail behind it a bin like any other: it is published where enough contributors lie at
  -- or beyond it on either side. The median and its interval move inwards until half of them do, where that is fewer: a median that has to have
  -- five of five behind it would be whatever the furthest contributor says.
  SELECT key, metric, least($bin_contributors, (count(*) + 1) // 2) AS half, list_sort(list(lowest)) AS lows, list_reverse_sort(list(highest)) AS highs,
    lows[half] AS low, highs[half] AS high, lows[$bin_contributors] AS first, highs[$bin_contributors] AS last,
    -- The bins of a frozen cell do not tell its contributors apart.
    count(*) >= 8 AND min(contributor) >= 0 AS is_ranked
  FROM (SELECT key, metric, contributor, min(lowest) AS lowest, max(highest) AS highest FROM people GROUP BY ALL)
  GROUP BY ALL
), ranked AS (
  SELECT key, metric, i50 FROM quantiles SEMI JOIN (FROM tails WHERE is_ranked) USING (key, metric)
), behind AS (
  SELECT key, metric, contributor, sum(w)::DOUBLE / 1000000000 AS own, coalesce(sum(w) FILTER (idx <= i50), 0) / sum(w) AS share
  FROM (
    SELECT cell_no AS key, metric, contributor, idx, w FROM weights UNION ALL SELECT matrix_no, metric, contributor, idx, w FROM weights
  ) JOIN ranked USING (key, metric) GROUP BY ALL
), spread AS (
  SELECT key, metric, round(sum(own) ** 2 / sum(own ** 2), 6) AS n,
    sum(own * share) / sum(own) AS mean, sum(own * share ** 2) / sum(own) AS square
  FROM behind GROUP BY ALL
), deviations AS (
  SELECT key, metric, n, least(greatest(ceil(round(sqrt(greatest(square - mean ** 2, 0) * n / (n - 1)), 6) * 20) / 20, 0.1), 0.55) AS s_f
  FROM spread
), halves AS (
  -- t(n - 1, 0.975) by the Cornish-Fisher expansion around 1.95996; within 0.1 % from 7 degrees of freedom on.
  SELECT *, least(0.5, (1.959964 + 2.372271 / (n - 1) + 2.822500 / (n - 1) ** 2 + 2.555850 / (n - 1) ** 3) * s_f / sqrt(n)) AS half
  FROM deviations
), ends AS (
  SELECT c.key, c.metric, min(c.idx) FILTER (c.below >= (0.5 - h.half) * c.total - 0.5) AS i_low, min(c.idx) FILTER (c.below >= (0.5 + h.half) * c.total - 0.5) AS i_high
  FROM cumulated c JOIN halves h USING (key, metric) GROUP BY ALL
)
SELECT q.key, q.metric, l.n, inward(i50, low, high) AS middle, bucket_value(resting(i5, first, last)) AS p5,
  bucket_value(resting(i25, first, last)) AS p25, bucket_value(middle) AS p50, bucket_value(resting(i75, first, last)) AS p75,
  bucket_value(resting(i95, first, last)) AS p95,
  bucket_value(inward(i_low, low, high)) AS ci_low, bucket_value(inward(i_high, low, high)) AS ci_high
FROM quantiles q JOIN lengths l USING (key, metric) JOIN tails t USING (key, metric) LEFT JOIN ends e USING (key, metric)
