-- The contributors that stand behind each metric of a community cell: those whose median lies within 3.5 scaled MADs (floor 0.05, in ln)
-- of the others', where at least k of them are left. Medians of an even number are the mean of the middle two.
CREATE OR REPLACE TEMPORARY TABLE kept AS
WITH shared AS (
  SELECT cell_no, metric, contributor, idx,
    sum(n) OVER (PARTITION BY cell_no, metric, contributor) AS total,
    sum(n) OVER (PARTITION BY cell_no, metric, contributor ORDER BY idx) AS below
  FROM counted WHERE kind = 'community'
), medians AS (
  SELECT cell_no, metric, contributor, min(idx) AS m, any(total) AS own
  FROM shared WHERE total >= {contributor_samples:Int64} AND 2 * below >= total GROUP BY cell_no, metric, contributor
), gathered AS (
  SELECT cell_no, metric, groupArray((contributor, m, own)) AS people, groupArray(m) AS ms FROM medians GROUP BY cell_no, metric
), centred AS (
  SELECT cell_no, metric, people, arrayReduce('quantileExactInclusive(0.5)', ms) AS m0,
    greatest(1.4826 * arrayReduce('quantileExactInclusive(0.5)', arrayMap(m -> abs(m - m0), ms)), 0.05 * 32 / log(2)) AS s0
  FROM gathered
), near AS (
  SELECT cell_no, metric, arrayFilter(person -> abs(person.2 - m0) <= 3.5 * s0, people) AS people FROM centred
)
SELECT cell_no, metric, arrayJoin(people).1 AS contributor FROM near
WHERE length(people) >= {k:Int64} AND arraySum(arrayMap(person -> person.3, people)) >= {min_samples:Int64}
