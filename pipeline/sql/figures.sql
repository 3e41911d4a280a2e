-- Every metric of every cell and matrix row side by side, with rates and memory.
CREATE OR REPLACE TABLE figures AS
WITH metrics AS (
  PIVOT estimates ON metric IN ('decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps')
  USING any_value(two_digits(n)) AS n, any_value(p5) AS p5, any_value(p25) AS p25, any_value(p50) AS p50, any_value(p75) AS p75,
        any_value(p95) AS p95, any_value(ci_low) AS ci_low, any_value(ci_high) AS ci_high
  GROUP BY key
), attempts AS (
  SELECT cell_no AS key, contributor, exit, lines FROM placed WHERE is_published
  UNION ALL SELECT matrix_no, contributor, exit, lines FROM placed WHERE is_published
), own AS (
  SELECT key, contributor, sum(lines) AS n, coalesce(sum(lines) FILTER (exit = 'ok'), 0) AS oks,
    coalesce(sum(lines) FILTER (exit = 'cancel'), 0) AS cancels, coalesce(sum(lines) FILTER (exit = 'error'), 0) AS errors,
    coalesce(sum(lines) FILTER (exit = 'reject'), 0) AS rejects
  FROM attempts GROUP BY ALL
), totals AS (
  -- Rates weigh contributors alike, as metrics do: else they were those of whoever has most samples.
  SELECT key, count(*)::INTEGER AS contributors,
    CASE WHEN count(*) < 5 THEN 'insufficient' WHEN count(*) < 8 THEN 'provisional' ELSE 'ranked' END AS evidence,
    two_digits(sum(n)) AS samples, mean_rate(oks, n) AS ok_rate, mean_rate(cancels, n) AS cancel_rate, mean_rate(errors, n) AS error_rate,
    mean_rate(rejects, n) AS reject_rate
  FROM own GROUP BY key
)
SELECT t.*, t.samples AS repetitions, NULL::INTEGER AS machines, m.* EXCLUDE (key), v.p95 AS vram_used_p95_mb, NULL::DOUBLE AS power_p50_w
FROM totals t
LEFT JOIN metrics m USING (key)
LEFT JOIN (SELECT key, p95 FROM estimates WHERE metric = 'vram_used_mb') v USING (key)
