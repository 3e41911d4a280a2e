-- The distributions behind cells and matrix rows: a mixture of the contributors of a cell, each the same whatever the number of its samples,
-- but less the further its median lies from the others'. Nobody is left out, so nobody can take a figure away.
-- Centre and spread of a cell are the median of medians and their scaled MAD in ln space, at least 0.18, both taken again of those within 2.25
-- spreads, as far ones on one side shift the first. Beyond z = 3 spreads from the centre a contributor has (3 / z) ** 4 of its weight. The weights
-- of a cell add up to its contributors, as published, so that a roll-up says no more than its cells.
-- Weights are whole billionths, so that sums do not depend on their order.
-- Of a frozen cell its bins are left: they stand for as many alike contributors as it has, numbered below 0.
-- `cell_n` is one count for all published figures of a cell, the least of them: the difference of two would be samples of whoever has such.
CREATE OR REPLACE TABLE counts AS
SELECT series_no, idx, sum(n)::BIGINT AS n FROM counted JOIN stratum_bins USING (histogram_id) GROUP BY ALL;

CREATE OR REPLACE TABLE contributors AS
WITH series AS (
  SELECT DISTINCT series_no, cell_no, matrix_no, metric, contributor FROM counted
), totals AS (
  SELECT series_no, sum(n)::BIGINT AS total FROM counts GROUP BY ALL
), cumulated AS (
  SELECT series_no, idx, total, sum(n::DOUBLE) OVER (PARTITION BY series_no ORDER BY idx ROWS UNBOUNDED PRECEDING) AS below
  FROM counts JOIN totals USING (series_no) WHERE total >= $contributor_samples
), medians AS (
  SELECT series_no, min(idx) AS m, any_value(total) AS total FROM cumulated WHERE 2 * below >= total GROUP BY ALL
), cell_medians AS (
  SELECT * FROM series JOIN medians USING (series_no)
), centres AS (
  SELECT cell_no, metric, median(m) AS m0, scaled_mad(m, 0.18 * 32 / ln(2)) AS s0
  FROM cell_medians GROUP BY ALL HAVING count(*) >= $k AND sum(total) >= $min_samples
), cores AS (
  SELECT cell_no, metric, median(m) AS m1, scaled_mad(m, 0.18 * 32 / ln(2)) AS s1
  FROM cell_medians JOIN centres USING (cell_no, metric) WHERE abs(m - m0) <= 2.25 * s0 GROUP BY ALL
), lengths AS (
  SELECT cell_no, metric, sum(total) AS n FROM totals JOIN series USING (series_no) SEMI JOIN centres USING (cell_no, metric) GROUP BY ALL
), sizes AS (
  SELECT cell_no, metric, if($k = 1, n,
    step_count(coalesce(min(n) FILTER (metric NOT IN ('vram_used_mb', 'concurrency')) OVER (PARTITION BY cell_no), n)))::BIGINT AS cell_n
  FROM lengths
), people AS (
  SELECT cell_no, step_count(count(*)) AS standing FROM outcomes GROUP BY cell_no
), likely AS (
  SELECT * EXCLUDE (m, m1, s1), (1000000000 * greatest(1, abs(m - m1) / (3 * s1)) ** -4)::BIGINT AS u
  FROM cell_medians JOIN cores USING (cell_no, metric)
)
SELECT likely.* EXCLUDE (u), cell_n, (u::HUGEINT * 1000000000 * standing // sum(u) OVER whole)::BIGINT AS weight
FROM likely JOIN sizes USING (cell_no, metric) JOIN people USING (cell_no) WINDOW whole AS (PARTITION BY cell_no, metric);

CREATE OR REPLACE TABLE weights AS
SELECT cell_no, matrix_no, metric, contributor, idx, n, cell_n, n * weight // total AS w
FROM counts JOIN contributors USING (series_no)
UNION ALL
SELECT p.cell_no, p.matrix_no, q.name, -person::INTEGER, bucket::INTEGER, 1, b.n, 1000000 * b.mass // (b.hi - b.lo + 1)
FROM frozen_bins b JOIN quantities q USING (metric) JOIN placed p ON p.cell_id = b.cell_id AND p.stratum_id IS NULL,
  unnest(range(1, b.weight + 1)) AS people (person), unnest(range(b.lo, b.hi + 1)) AS buckets (bucket)
