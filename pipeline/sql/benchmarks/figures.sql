-- Every metric of every cell and matrix row side by side, with counts, rates, memory and power. Percentiles are those of the rows
-- themselves, interpolated between neighbours: a single value is every percentile of itself.
CREATE OR REPLACE TABLE benchmark_figures AS
WITH keyed AS (
  SELECT key, row_id, runs, exit, machine
  FROM benchmark_rows JOIN (
    SELECT cell_no AS key, * FROM benchmark_placed UNION ALL SELECT matrix_no AS key, * FROM benchmark_placed
  ) USING (group_id)
), estimates AS (
  SELECT key, metric, count(*)::INTEGER AS n, quantile_cont(value, [0.05, 0.25, 0.5, 0.75, 0.95]) AS p
  FROM keyed JOIN benchmark_values USING (row_id) GROUP BY key, metric
), metrics AS (
  PIVOT estimates ON metric IN ('decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps')
  USING any_value(n) AS n, any_value(p[1]) AS p5, any_value(p[2]) AS p25, any_value(p[3]) AS p50, any_value(p[4]) AS p75, any_value(p[5]) AS p95,
        any_value(NULL::DOUBLE) AS ci_low, any_value(NULL::DOUBLE) AS ci_high
  GROUP BY key
), totals AS (
  SELECT key, count(*)::INTEGER AS samples, least(sum(runs), 2147483647)::INTEGER AS repetitions,
    -- Where one row does not say which machine it is of, it may be of any.
    CASE WHEN count(machine) = count(*) THEN count(DISTINCT machine)::INTEGER END AS machines,
    round(count(*) FILTER (exit = 'ok') / count(*), 3) AS ok_rate, round(count(*) FILTER (exit = 'cancel') / count(*), 3) AS cancel_rate,
    round(count(*) FILTER (exit = 'error') / count(*), 3) AS error_rate, round(count(*) FILTER (exit = 'reject') / count(*), 3) AS reject_rate
  FROM keyed GROUP BY key
)
SELECT t.key, 'curated' AS evidence, 1 AS contributors, t.samples, t.repetitions, t.machines, m.* EXCLUDE (key),
  t.ok_rate, t.cancel_rate, t.error_rate, t.reject_rate, v.p[5] AS vram_used_p95_mb, w.p[3] AS power_p50_w
FROM totals t
LEFT JOIN metrics m USING (key)
LEFT JOIN (SELECT key, p FROM estimates WHERE metric = 'vram_used_mb') v USING (key)
LEFT JOIN (SELECT key, p FROM estimates WHERE metric = 'power_w') w USING (key)
