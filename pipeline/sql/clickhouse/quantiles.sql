-- The buckets of the quantiles. In whole numbers: `below` reaches q of `total` within half a billionth.
CREATE OR REPLACE TEMPORARY TABLE quantiles AS
SELECT key, metric,
  minIf(idx, 100 * below >= 5 * total - 50) AS i5, minIf(idx, 100 * below >= 25 * total - 50) AS i25,
  minIf(idx, 100 * below >= 50 * total - 50) AS i50, minIf(idx, 100 * below >= 75 * total - 50) AS i75,
  minIf(idx, 100 * below >= 95 * total - 50) AS i95
FROM cumulated GROUP BY key, metric
