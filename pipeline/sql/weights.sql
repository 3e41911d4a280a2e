-- The distributions behind cells and matrix rows. Each contributor's samples of a cell weigh 1 in all (the equal-weight mixture).
-- Weights are whole billionths, so that sums do not depend on their order.
-- `cell_n` counts the samples of all contributors, of those left out too: else the difference would count theirs.
-- Contributors whose median lies more than 3.5 scaled MADs (floor 0.05, in ln) from the others' are left out.
CREATE OR REPLACE TABLE weights AS
WITH counts AS (
  SELECT cell_no, matrix_no, metric, contributor, idx, sum(n)::BIGINT AS n FROM counted GROUP BY ALL
), totals AS (
  SELECT cell_no, metric, contributor, sum(n)::BIGINT AS total FROM counts GROUP BY ALL
), sizes AS (
  SELECT cell_no, metric, sum(total)::BIGINT AS cell_n FROM totals GROUP BY ALL
), cumulated AS (
  SELECT c.cell_no, c.metric, c.contributor, c.idx, t.total, sum(c.n) OVER (PARTITION BY c.cell_no, c.metric, c.contributor ORDER BY c.idx) AS below
  FROM counts c JOIN totals t USING (cell_no, metric, contributor) WHERE t.total >= $contributor_samples
), medians AS (
  SELECT cell_no, metric, contributor, min(idx) AS m, any_value(total) AS total FROM cumulated WHERE 2 * below >= total GROUP BY ALL
), centres AS (
  SELECT cell_no, metric, median(m) AS m0, greatest(1.4826 * mad(m), 0.05 * 32 / ln(2)) AS s0 FROM medians GROUP BY ALL
), kept AS (
  SELECT cell_no, metric, contributor, total FROM medians JOIN centres USING (cell_no, metric) WHERE abs(m - m0) <= 3.5 * s0
), enough AS (
  SELECT cell_no, metric FROM kept GROUP BY ALL HAVING count(*) >= $k AND sum(total) >= $min_samples
)
SELECT c.cell_no, c.matrix_no, c.metric, c.contributor, c.idx, c.n, s.cell_n, c.n * 1000000000 // k.total AS w
FROM counts c
JOIN sizes s USING (cell_no, metric)
JOIN kept k USING (cell_no, metric, contributor)
JOIN enough USING (cell_no, metric)
