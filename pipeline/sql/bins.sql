-- The distribution behind each cell. Buckets of a community cell are joined from below until each bin holds enough contributors and
-- samples; what is left at the top joins the last bin. Masses are differences of the rounded cumulative share, so that they add up to 1,000.
WITH buckets AS (
  SELECT cell_no, metric, any_value(kind) AS kind, idx, sum(w) AS w, sum(n)::BIGINT AS n, list_sort(list(DISTINCT contributor)) AS people
  FROM weights WHERE metric IN ('decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps') GROUP BY cell_no, metric, idx
), ordered AS (
  SELECT cell_no, metric, any_value(kind) AS kind,
    list({done: false, lo: idx, hi: idx, w: w, n: n, people: people} ORDER BY idx) AS steps
  FROM buckets GROUP BY cell_no, metric
), folded AS (
  SELECT cell_no, metric, kind, CASE WHEN kind = 'curated' THEN steps ELSE
    list_reduce(list_transform(steps, lambda s: [s]), lambda bins, step:
      CASE WHEN len(bins[-1].people) >= $bin_contributors AND bins[-1].n >= $bin_samples THEN list_concat(bins, step)
      ELSE list_append(bins[:-2], {done: false, lo: bins[-1].lo, hi: step[1].hi, w: bins[-1].w + step[1].w, n: bins[-1].n + step[1].n,
        people: list_sort(list_distinct(list_concat(bins[-1].people, step[1].people)))}) END) END AS bins
  FROM ordered
), closed AS (
  SELECT cell_no, metric, kind,
    CASE WHEN kind = 'curated' OR (len(bins[-1].people) >= $bin_contributors AND bins[-1].n >= $bin_samples) THEN bins
         WHEN len(bins) = 1 THEN []
         ELSE list_append(bins[:-3], {done: false, lo: bins[-2].lo, hi: bins[-1].hi, w: bins[-2].w + bins[-1].w, n: bins[-2].n + bins[-1].n,
           people: list_sort(list_distinct(list_concat(bins[-2].people, bins[-1].people)))}) END AS bins
  FROM folded
), flat AS (
  SELECT cell_no, metric, kind, bin.lo AS lo, bin.hi AS hi, bin.w AS w, bin.n AS n, len(bin.people)::INTEGER AS contributors
  FROM (SELECT cell_no, metric, kind, unnest(bins) AS bin FROM closed)
), cumulated AS (
  SELECT *, round(1000 * (sum(w) OVER below)::DOUBLE / (sum(w) OVER whole)::DOUBLE)::INTEGER AS share, sum(n) OVER whole AS samples
  FROM flat
  WINDOW below AS (PARTITION BY cell_no, metric ORDER BY lo), whole AS (PARTITION BY cell_no, metric)
), people AS (
  SELECT cell_no, metric, count(DISTINCT contributor) AS kept FROM weights GROUP BY ALL
)
SELECT m.model_slug, m.cell_id, c.metric, c.lo, c.hi,
  c.share - coalesce(lag(c.share) OVER (PARTITION BY c.cell_no, c.metric ORDER BY c.lo), 0) AS mass,
  c.contributors, CASE WHEN c.kind = 'curated' THEN c.samples ELSE p.kept END::DOUBLE AS weight
FROM cumulated c
JOIN people p USING (cell_no, metric)
JOIN (SELECT DISTINCT cell_no, cell_id, model_slug FROM placed) m USING (cell_no)
ORDER BY m.model_slug, m.cell_id, c.metric, c.lo
