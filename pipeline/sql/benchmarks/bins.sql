-- The distribution behind each cell, a bin per bucket, for histograms and roll-ups. Masses are differences of the rounded cumulative share,
-- so that they add up to 1,000.
WITH counted AS (
  SELECT model_slug, cell_id, metric, bucket, count(*) AS n
  FROM benchmark_placed JOIN benchmark_rows USING (group_id) JOIN benchmark_values USING (row_id)
  WHERE metric IN ('decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps')
  GROUP BY ALL
), cumulated AS (
  SELECT *, sum(n) OVER (whole ORDER BY bucket) AS below, sum(n) OVER whole AS total
  FROM counted WINDOW whole AS (PARTITION BY cell_id, metric)
)
SELECT model_slug, cell_id, metric, bucket AS lo, bucket AS hi,
  (round(1000 * below / total) - round(1000 * (below - n) / total))::INTEGER AS mass, 1 AS contributors, total::DOUBLE AS weight
FROM cumulated
ORDER BY cell_id, metric, lo
