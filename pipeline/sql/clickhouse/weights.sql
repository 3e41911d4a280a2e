-- The distributions behind cells and matrix rows. Each contributor's samples of a community cell weigh 1 in all (the equal-weight
-- mixture); curated samples weigh 1 each. Weights are whole billionths, so that sums do not depend on their order.
-- `cell_n` counts the samples of all contributors, of those left out too: else the difference would count theirs.
CREATE OR REPLACE TEMPORARY TABLE weights AS
WITH shared AS (
  SELECT *, sum(n) OVER (PARTITION BY cell_no, metric, contributor) AS total, sum(n) OVER (PARTITION BY cell_no, metric) AS cell_n FROM counted
)
SELECT cell_no, matrix_no, kind, metric, contributor, idx, n, cell_n,
  toInt128(if(kind = 'curated', toInt128(n) * 1000000000, intDiv(toInt128(n) * 1000000000, total))) AS w
FROM shared
WHERE kind = 'curated' OR (cell_no, metric, contributor) IN (SELECT cell_no, metric, contributor FROM kept)
