-- Every metric of every cell and matrix row side by side, with rates and memory.
CREATE OR REPLACE TABLE figures AS
WITH metrics AS (
  PIVOT estimates ON metric IN ('decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps')
  USING any_value(n) AS n, any_value(p5) AS p5, any_value(p25) AS p25, any_value(p50) AS p50, any_value(p75) AS p75, any_value(p95) AS p95,
        any_value(ci_low) AS ci_low, any_value(ci_high) AS ci_high
  GROUP BY key
), attempts AS (
  SELECT cell_no AS key, * FROM placed WHERE fits UNION ALL SELECT matrix_no AS key, * FROM placed WHERE fits
), own AS (
  SELECT key, any_value(kind) AS kind, contributor, sum(lines) AS n, coalesce(sum(lines) FILTER (exit = 'ok'), 0) AS oks,
    coalesce(sum(lines) FILTER (exit = 'cancel'), 0) AS cancels, coalesce(sum(lines) FILTER (exit = 'error'), 0) AS errors,
    coalesce(sum(lines) FILTER (exit = 'reject'), 0) AS rejects
  FROM attempts GROUP BY key, contributor
), totals AS (
  -- Rates of a community cell weigh contributors alike, as its metrics do: else they were those of whoever has most samples.
  SELECT key, any_value(kind) AS kind, count(*) AS contributors, sum(n) AS samples, rate_of(any_value(kind), sum(oks), sum(n), list({part: oks, whole: n})) AS ok_rate,
    rate_of(any_value(kind), sum(cancels), sum(n), list({part: cancels, whole: n})) AS cancel_rate,
    rate_of(any_value(kind), sum(errors), sum(n), list({part: errors, whole: n})) AS error_rate,
    rate_of(any_value(kind), sum(rejects), sum(n), list({part: rejects, whole: n})) AS reject_rate
  FROM own GROUP BY key
)
SELECT t.key, t.kind, t.contributors::INTEGER AS contributors, evidence_of(t.kind, t.contributors) AS evidence, published(t.kind, t.samples) AS samples,
  published(t.kind, t.samples) AS repetitions, NULL::INTEGER AS machines,
  m.* EXCLUDE (key) REPLACE (
    published(t.kind, decode_tps_n) AS decode_tps_n, published(t.kind, ttft_ms_n) AS ttft_ms_n,
    published(t.kind, prefill_tps_n) AS prefill_tps_n, published(t.kind, e2e_tps_n) AS e2e_tps_n),
  round(ok_rate, 3) AS ok_rate, round(cancel_rate, 3) AS cancel_rate, round(error_rate, 3) AS error_rate, round(reject_rate, 3) AS reject_rate,
  v.p95 AS vram_used_p95_mb, w.p50 AS power_p50_w
FROM totals t
LEFT JOIN metrics m USING (key)
LEFT JOIN (SELECT key, p95 FROM estimates WHERE metric = 'vram_used_mb') v USING (key)
LEFT JOIN (SELECT key, p50 FROM estimates WHERE metric = 'power_w') w USING (key)
