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
), shared AS (
  SELECT *, sum(n) OVER (PARTITION BY cell_no, metric, contributor) AS total, sum(n) OVER (PARTITION BY cell_no, metric) AS cell_n,
    sum(n) OVER (PARTITION BY cell_no, metric, contributor ORDER BY idx) AS below
  FROM counted
), medians AS (
  SELECT cell_no, metric, contributor, min(idx) AS m, any_value(total) AS total FROM shared WHERE kind = 'community' AND total >= $contributor_samples AND 2 * below >= total GROUP BY ALL
), centres AS (
  SELECT cell_no, metric, median(m) AS m0, greatest(1.4826 * mad(m), 0.05 * 32 / ln(2)) AS s0 FROM medians GROUP BY ALL
), kept AS (
  SELECT cell_no, metric, contributor, total FROM medians JOIN centres USING (cell_no, metric) WHERE abs(m - m0) <= 3.5 * s0
), enough AS (
  SELECT cell_no, metric FROM kept GROUP BY ALL HAVING count(*) >= $k AND sum(total) >= $min_samples
)
SELECT s.cell_no, s.matrix_no, s.kind, s.metric, s.contributor, s.idx, s.n, s.cell_n,
  CASE WHEN s.kind = 'curated' THEN s.n * 1000000000 ELSE (s.n * 1000000000 // s.total) END::HUGEINT AS w
FROM shared s
WHERE s.kind = 'curated'
   OR ((s.cell_no, s.metric, s.contributor) IN (SELECT (cell_no, metric, contributor) FROM kept)
       AND (s.cell_no, s.metric) IN (SELECT (cell_no, metric) FROM enough))
