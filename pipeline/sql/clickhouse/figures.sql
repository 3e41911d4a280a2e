-- Every metric of every cell and matrix row side by side, with rates and memory.
CREATE OR REPLACE TEMPORARY TABLE figures AS
WITH
  -- A count at two significant digits, halves up.
  n -> (intDiv(n + intDiv(toInt64(exp10(greatest(length(toString(n)) - 2, 0))), 2), toInt64(exp10(greatest(length(toString(n)) - 2, 0))))
    * toInt64(exp10(greatest(length(toString(n)) - 2, 0)))) AS two_digits,
  -- A count as it is published: exact where curated.
  (kind, n) -> toInt32(if(kind = 'curated', n, two_digits(n))) AS published,
  -- To 3 decimals, halves up; round() would send them to the even neighbour.
  x -> floor(x * 1000 + 0.5) / 1000 AS round3,
metrics AS (
  SELECT key,
    anyOrNullIf(n, metric = 'decode_tps') AS decode_tps_n,
    anyOrNullIf(p5, metric = 'decode_tps') AS decode_tps_p5, anyOrNullIf(p25, metric = 'decode_tps') AS decode_tps_p25, anyOrNullIf(p50, metric = 'decode_tps') AS decode_tps_p50, anyOrNullIf(p75, metric = 'decode_tps') AS decode_tps_p75, anyOrNullIf(p95, metric = 'decode_tps') AS decode_tps_p95,
    anyOrNullIf(ci_low, metric = 'decode_tps') AS decode_tps_ci_low, anyOrNullIf(ci_high, metric = 'decode_tps') AS decode_tps_ci_high,
    anyOrNullIf(n, metric = 'ttft_ms') AS ttft_ms_n,
    anyOrNullIf(p5, metric = 'ttft_ms') AS ttft_ms_p5, anyOrNullIf(p25, metric = 'ttft_ms') AS ttft_ms_p25, anyOrNullIf(p50, metric = 'ttft_ms') AS ttft_ms_p50, anyOrNullIf(p75, metric = 'ttft_ms') AS ttft_ms_p75, anyOrNullIf(p95, metric = 'ttft_ms') AS ttft_ms_p95,
    anyOrNullIf(ci_low, metric = 'ttft_ms') AS ttft_ms_ci_low, anyOrNullIf(ci_high, metric = 'ttft_ms') AS ttft_ms_ci_high,
    anyOrNullIf(n, metric = 'prefill_tps') AS prefill_tps_n,
    anyOrNullIf(p5, metric = 'prefill_tps') AS prefill_tps_p5, anyOrNullIf(p25, metric = 'prefill_tps') AS prefill_tps_p25, anyOrNullIf(p50, metric = 'prefill_tps') AS prefill_tps_p50, anyOrNullIf(p75, metric = 'prefill_tps') AS prefill_tps_p75, anyOrNullIf(p95, metric = 'prefill_tps') AS prefill_tps_p95,
    anyOrNullIf(ci_low, metric = 'prefill_tps') AS prefill_tps_ci_low, anyOrNullIf(ci_high, metric = 'prefill_tps') AS prefill_tps_ci_high,
    anyOrNullIf(n, metric = 'e2e_tps') AS e2e_tps_n,
    anyOrNullIf(p5, metric = 'e2e_tps') AS e2e_tps_p5, anyOrNullIf(p25, metric = 'e2e_tps') AS e2e_tps_p25, anyOrNullIf(p50, metric = 'e2e_tps') AS e2e_tps_p50, anyOrNullIf(p75, metric = 'e2e_tps') AS e2e_tps_p75, anyOrNullIf(p95, metric = 'e2e_tps') AS e2e_tps_p95,
    anyOrNullIf(ci_low, metric = 'e2e_tps') AS e2e_tps_ci_low, anyOrNullIf(ci_high, metric = 'e2e_tps') AS e2e_tps_ci_high,
    anyOrNullIf(p95, metric = 'vram_used_mb') AS vram_used_p95_mb, anyOrNullIf(p50, metric = 'power_w') AS power_p50_w
  FROM estimates GROUP BY key
), own AS (
  SELECT key, any(kind) AS kind, contributor, sum(lines) AS whole, sumIf(lines, exit = 'ok') AS oks, sumIf(lines, exit = 'cancel') AS cancels,
    sumIf(lines, exit = 'error') AS errors, sumIf(lines, exit = 'reject') AS rejects
  FROM (SELECT arrayJoin([cell_no, matrix_no]) AS key, kind, contributor, lines, exit FROM placed WHERE fits) GROUP BY key, contributor
), totals AS (
  -- Rates of a community cell weigh contributors alike, as its metrics do: else they were those of whoever has most samples. In whole
  -- billionths, so that they do not depend on the order.
  SELECT key, any(kind) AS kind, count() AS contributors, sum(whole) AS samples,
    if(kind = 'curated', sum(oks) / samples, toFloat64(sum(intDiv(oks * 1000000000, whole))) / contributors / 1000000000) AS ok_rate,
    if(kind = 'curated', sum(cancels) / samples, toFloat64(sum(intDiv(cancels * 1000000000, whole))) / contributors / 1000000000) AS cancel_rate,
    if(kind = 'curated', sum(errors) / samples, toFloat64(sum(intDiv(errors * 1000000000, whole))) / contributors / 1000000000) AS error_rate,
    if(kind = 'curated', sum(rejects) / samples, toFloat64(sum(intDiv(rejects * 1000000000, whole))) / contributors / 1000000000) AS reject_rate
  FROM own GROUP BY key
)
SELECT t.key AS key, toInt32(t.contributors) AS contributors,
  multiIf(t.kind = 'curated', 'curated', t.contributors < 5, 'insufficient', t.contributors < 8, 'provisional', 'ranked') AS evidence,
  published(t.kind, t.samples) AS samples, published(t.kind, t.samples) AS repetitions, CAST(NULL AS Nullable(Int32)) AS machines,
  m.* EXCEPT (key, vram_used_p95_mb, power_p50_w) REPLACE (
    published(t.kind, decode_tps_n) AS decode_tps_n, published(t.kind, ttft_ms_n) AS ttft_ms_n,
    published(t.kind, prefill_tps_n) AS prefill_tps_n, published(t.kind, e2e_tps_n) AS e2e_tps_n),
  round3(t.ok_rate) AS ok_rate, round3(t.cancel_rate) AS cancel_rate, round3(t.error_rate) AS error_rate, round3(t.reject_rate) AS reject_rate,
  m.vram_used_p95_mb AS vram_used_p95_mb, m.power_p50_w AS power_p50_w
FROM totals t LEFT JOIN metrics m ON m.key = t.key
SETTINGS join_use_nulls = 1
