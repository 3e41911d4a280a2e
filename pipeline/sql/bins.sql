-- The distribution behind each cell. Buckets are joined from below until each bin holds enough contributors and samples; what is left at the
-- top joins the last bin. The outer ends are those of as many contributors: the slowest and the fastest sample are one person's. Masses are differences of the rounded cumulative share, so that they add up to 1,000.
WITH buckets AS (
  SELECT cell_no, metric, idx, sum(n)::BIGINT AS n, sum(w) AS w, list(DISTINCT contributor) AS people
  FROM weights WHERE metric IN ('decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps') OR $every_quantity = 1 GROUP BY ALL
), ordered AS (
  SELECT cell_no, metric, list({people: people, n: n, ends: [idx]} ORDER BY idx) AS steps FROM buckets GROUP BY ALL
), folded AS (
  -- From bucket to bucket: what the open bin holds, and where this bin and those before it end.
  SELECT cell_no, metric, list_reduce(steps, lambda bin, step:
    CASE WHEN len(bin.people) >= $bin_contributors AND bin.n >= $bin_samples
      THEN {people: step.people, n: step.n, ends: list_concat(bin.ends, step.ends)}
      ELSE {people: list_distinct(list_concat(bin.people, step.people)), n: bin.n + step.n, ends: list_concat(bin.ends[:-2], step.ends)}
    END) AS bin
  FROM ordered
), edges AS (
  SELECT cell_no, metric, unnest(
    CASE WHEN len(bin.people) >= $bin_contributors AND bin.n >= $bin_samples THEN bin.ends
         WHEN len(bin.ends) = 1 THEN []
         ELSE list_concat(bin.ends[:-3], bin.ends[-1:]) END) AS edge
  FROM folded
), bins AS (
  SELECT c.cell_no, c.metric, min(c.idx) AS lo, max(c.idx) AS hi, sum(c.w) AS w, len(list_distinct(flatten(list(c.people))))::INTEGER AS contributors
  FROM buckets c ASOF JOIN edges e ON e.cell_no = c.cell_no AND e.metric = c.metric AND e.edge >= c.idx
  GROUP BY c.cell_no, c.metric, e.edge
), cumulated AS (
  SELECT *, sum(w) OVER (whole ORDER BY lo) AS below, sum(w) OVER whole AS total FROM bins WINDOW whole AS (PARTITION BY cell_no, metric)
), people AS (
  SELECT cell_no, metric, count(*)::DOUBLE AS weight, list_sort(list(lowest))[$bin_contributors] AS low,
    greatest(low, list_reverse_sort(list(highest))[$bin_contributors]) AS high
  FROM (SELECT cell_no, metric, contributor, min(idx) AS lowest, max(idx) AS highest FROM weights GROUP BY ALL) GROUP BY ALL
)
SELECT cell_no, metric, greatest(lo, low) AS lo, least(hi, high) AS hi, share_of(below, total) - share_of(below - w, total) AS mass, contributors, weight
FROM cumulated JOIN people USING (cell_no, metric)
ORDER BY cell_no, metric, 3
