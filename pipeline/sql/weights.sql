-- The distributions behind cells and matrix rows. Each contributor's samples of a community cell weigh 1 in all (the equal-weight
-- mixture); curated samples weigh 1 each. Weights are whole billionths, so that sums do not depend on their order.
-- `cell_n` counts the samples of all contributors, of those left out too: else the difference would count theirs.
-- Contributors of a community cell whose median lies more than 3.5 scaled MADs (floor 0.05, in ln) from the others' are left out.
CREATE OR REPLACE TABLE weights AS
WITH counted AS (
  SELECT p.cell_no, p.matrix_no, p.kind, q.name AS metric, p.contributor, b.idx, sum(b.n)::BIGINT AS n
  FROM placed p JOIN stratum_bins b USING (stratum_id) JOIN quantities q USING (metric)
  WHERE p.fits
    AND (q.name IN ('vram_used_mb', 'power_w') OR p.exit = 'ok')
    AND (q.name NOT IN ('ttft_ms', 'prefill_tps') OR p.first_token_counts)
    AND (q.name NOT IN ('decode_tps', 'e2e_tps') OR p.tokens_count)
    AND (q.name <> 'prefill_tps' OR p.measurement_type = 'single_stream')
  GROUP BY ALL
), totals AS (
  SELECT cell_no, metric, contributor, sum(n)::BIGINT AS total FROM counted GROUP BY ALL
), sizes AS (
  SELECT cell_no, metric, sum(total)::BIGINT AS cell_n FROM totals GROUP BY ALL
), cumulated AS (
  SELECT c.cell_no, c.metric, c.contributor, c.idx, t.total, sum(c.n) OVER (PARTITION BY c.cell_no, c.metric, c.contributor ORDER BY c.idx) AS below
  FROM counted c JOIN totals t USING (cell_no, metric, contributor) WHERE c.kind = 'community' AND t.total >= $contributor_samples
), medians AS (
  SELECT cell_no, metric, contributor, min(idx) AS m, any_value(total) AS total FROM cumulated WHERE 2 * below >= total GROUP BY ALL
), centres AS (
  SELECT cell_no, metric, median(m) AS m0, greatest(1.4826 * mad(m), 0.05 * 32 / ln(2)) AS s0 FROM medians GROUP BY ALL
), kept AS (
  SELECT cell_no, metric, contributor, total FROM medians JOIN centres USING (cell_no, metric) WHERE abs(m - m0) <= 3.5 * s0
), enough AS (
  SELECT cell_no, metric FROM kept GROUP BY ALL HAVING count(*) >= $k AND sum(total) >= $min_samples
), chosen AS (
  SELECT cell_no, metric, contributor, TRUE AS is_chosen FROM kept JOIN enough USING (cell_no, metric)
)
SELECT c.cell_no, c.matrix_no, c.kind, c.metric, c.contributor, c.idx, c.n, s.cell_n,
  CASE WHEN c.kind = 'curated' THEN c.n * 1000000000 ELSE c.n * 1000000000 // t.total END AS w
FROM counted c
JOIN totals t USING (cell_no, metric, contributor)
JOIN sizes s USING (cell_no, metric)
LEFT JOIN chosen k USING (cell_no, metric, contributor)
WHERE c.kind = 'curated' OR k.is_chosen
