-- Every metric of every cell and matrix row side by side, with rates and memory.
-- A rate is that of at least $k contributors: of those with an attempt that ended so, and of those behind the ways to end that are withheld, which
-- are the rest. A row that is rolled up has the rates, and the counts, that follow from its published cells: else it would tell what they do not.
CREATE OR REPLACE TABLE figures AS
WITH metrics AS (
  PIVOT estimates ON metric IN ('decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps')
  USING any_value(step_count(n)) AS n, any_value(p5) AS p5, any_value(p25) AS p25, any_value(p50) AS p50, any_value(p75) AS p75,
        any_value(p95) AS p95, any_value(ci_low) AS ci_low, any_value(ci_high) AS ci_high
  GROUP BY key
), behind AS (
  SELECT cell_no, count(*) FILTER (cancels + errors + rejects < n) AS by_ok, count(*) FILTER (cancels + errors + rejects > 0) AS by_other,
    count(*) FILTER (cancels > 0) AS by_cancel, count(*) FILTER (errors > 0) AS by_error, count(*) FILTER (rejects > 0) AS by_reject
  FROM outcomes GROUP BY cell_no
), withheld AS (
  SELECT cell_no, count(*) FILTER (by_cancel < $k AND cancels > 0 OR by_error < $k AND errors > 0 OR by_reject < $k AND rejects > 0) AS rest
  FROM outcomes JOIN behind USING (cell_no) GROUP BY cell_no
), cells AS (
  -- Rates weigh contributors alike, as metrics do: else they were those of whoever has most samples.
  SELECT cell_no, matrix_no, count(*) AS people, if($k = 1, sum(n), coalesce(max(cell_n), step_count(sum(n)))) AS samples,
    by_other >= $k AND (by_ok = 0 OR by_ok >= $k) AS is_told, is_told AND (rest = 0 OR rest >= $k) AS is_split,
    if($k = 1 OR is_told, mean_rate(n - cancels - errors - rejects, n, $rate_digits), NULL) AS ok_rate,
    if($k = 1 OR is_split AND by_cancel >= $k, mean_rate(cancels, n, $rate_digits), NULL) AS cancel_rate,
    if($k = 1 OR is_split AND by_error >= $k, mean_rate(errors, n, $rate_digits), NULL) AS error_rate,
    if($k = 1 OR is_split AND by_reject >= $k, mean_rate(rejects, n, $rate_digits), NULL) AS reject_rate
  FROM outcomes JOIN behind USING (cell_no) JOIN withheld USING (cell_no)
  LEFT JOIN (SELECT key AS cell_no, max(n) AS cell_n FROM estimates GROUP BY key) USING (cell_no)
  GROUP BY cell_no, matrix_no, by_ok, by_other, by_cancel, by_error, by_reject, rest
), parts AS (
  SELECT matrix_no, NULL AS frozen, step_count(people) AS weight, samples, ok_rate, cancel_rate, error_rate, reject_rate FROM cells
  UNION ALL
  SELECT p.matrix_no, f.contributors, f.contributors, f.samples, f.ok_rate, f.cancel_rate, f.error_rate, f.reject_rate
  FROM frozen_cells f JOIN placed p ON p.cell_id = f.cell_id AND p.stratum_id IS NULL
), totals AS (
  SELECT cell_no AS key, people, TRUE AS is_whole, samples, ok_rate, cancel_rate, error_rate, reject_rate FROM cells
  UNION ALL
  -- Who stands behind a frozen cell may stand behind others of the row, too: what is counted is the least that there can be.
  SELECT matrix_no, greatest(any_value(people), max(frozen)), max(frozen) IS NULL, step_count(sum(samples)), rolled_up(ok_rate, weight, $rate_digits),
    rolled_up(cancel_rate, weight, $rate_digits), rolled_up(error_rate, weight, $rate_digits), rolled_up(reject_rate, weight, $rate_digits)
  FROM parts LEFT JOIN (SELECT matrix_no, count(DISTINCT contributor) AS people FROM outcomes GROUP BY matrix_no) USING (matrix_no) GROUP BY matrix_no
)
SELECT t.key, step_count(people) AS contributors,
  CASE WHEN people < 5 THEN 'insufficient' WHEN people < 8 OR NOT is_whole THEN 'provisional' ELSE 'ranked' END AS evidence,
  t.samples::INTEGER AS samples, t.ok_rate, t.cancel_rate, t.error_rate, t.reject_rate, t.samples::INTEGER AS repetitions, NULL::INTEGER AS machines,
  m.* EXCLUDE (key), v.p95 AS vram_used_p95_mb, NULL::DOUBLE AS power_p50_w
FROM totals t
LEFT JOIN metrics m USING (key)
LEFT JOIN (SELECT key, p95 FROM estimates WHERE metric = 'vram_used_mb') v USING (key)
