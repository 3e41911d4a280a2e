-- Every metric of every cell and matrix row side by side, with rates and memory.
CREATE OR REPLACE TABLE figures AS
WITH metrics AS (
  PIVOT estimates ON metric IN ('decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps')
  USING any_value(two_digits(n)) AS n, any_value(p5) AS p5, any_value(p25) AS p25, any_value(p50) AS p50, any_value(p75) AS p75,
        any_value(p95) AS p95, any_value(ci_low) AS ci_low, any_value(ci_high) AS ci_high
  GROUP BY key
), attempts AS (
  SELECT cell_no AS key, contributor, exit, lines FROM placed WHERE is_published AND stratum_id IS NOT NULL
  UNION ALL SELECT matrix_no, contributor, exit, lines FROM placed WHERE is_published AND stratum_id IS NOT NULL
), own AS (
  SELECT key, contributor, sum(lines) AS n, n AS whole, coalesce(sum(lines) FILTER (exit = 'ok'), 0) AS oks,
    coalesce(sum(lines) FILTER (exit = 'cancel'), 0) AS cancels, coalesce(sum(lines) FILTER (exit = 'error'), 0) AS errors,
    coalesce(sum(lines) FILTER (exit = 'reject'), 0) AS rejects
  FROM attempts GROUP BY ALL
  UNION ALL
  -- A frozen cell has as many alike contributors as it had, numbered below 0.
  SELECT p.matrix_no, -person, if(person = 1, f.samples, 0), 1000, round(1000 * f.ok_rate), round(1000 * f.cancel_rate),
    round(1000 * f.error_rate), round(1000 * f.reject_rate)
  FROM frozen_cells f JOIN placed p ON p.cell_id = f.cell_id AND p.stratum_id IS NULL, unnest(range(1, f.contributors + 1)) AS people (person)
), people AS (
  -- Who stands behind a frozen cell may stand behind others of the row, too: what is counted is the least that there can be.
  SELECT key, greatest(count(DISTINCT contributor) FILTER (contributor >= 0), count(DISTINCT contributor) FILTER (contributor < 0))::INTEGER AS contributors,
    min(contributor) >= 0 AS is_whole
  FROM own GROUP BY key
), totals AS (
  -- Rates weigh contributors alike, as metrics do: else they were those of whoever has most samples.
  SELECT key, contributors,
    CASE WHEN contributors < 5 THEN 'insufficient' WHEN contributors < 8 OR NOT is_whole THEN 'provisional' ELSE 'ranked' END AS evidence,
    two_digits(sum(n)) AS samples, mean_rate(oks, whole) AS ok_rate, mean_rate(cancels, whole) AS cancel_rate,
    mean_rate(errors, whole) AS error_rate, mean_rate(rejects, whole) AS reject_rate
  FROM own JOIN people USING (key) GROUP BY ALL
)
SELECT t.*, t.samples AS repetitions, NULL::INTEGER AS machines, m.* EXCLUDE (key), v.p95 AS vram_used_p95_mb, NULL::DOUBLE AS power_p50_w
FROM totals t
LEFT JOIN metrics m USING (key)
LEFT JOIN (SELECT key, p95 FROM estimates WHERE metric = 'vram_used_mb') v USING (key)
