-- The distribution behind each cell. Buckets of a community cell are joined from below until each bin holds enough contributors and
-- samples; what is left at the top joins the last bin. Masses are differences of the rounded cumulative share, so that they add up to 1,000.
WITH buckets AS (
  SELECT cell_no, metric, idx, any(kind) AS kind, sum(n) AS n, sum(w) AS w, groupUniqArray(contributor) AS people
  FROM weights WHERE metric IN ('decode_tps', 'ttft_ms', 'prefill_tps', 'e2e_tps') GROUP BY cell_no, metric, idx
), gathered AS (
  SELECT cell_no, metric, any(kind) AS kind, arraySort(bucket -> bucket.1, groupArray((idx, n, w, people))) AS steps
  FROM buckets GROUP BY cell_no, metric
), folded AS (
  -- From bucket to bucket: who and how many samples the open bin holds, and where the closed ones end.
  SELECT *, arrayFold(
    (bin, step) -> if(length(arrayDistinct(arrayConcat(bin.1, step.4))) >= {bin_contributors:Int64} AND bin.2 + step.2 >= {bin_samples:Int64},
      (CAST([] AS Array(Int32)), toInt64(0), arrayPushBack(bin.3, step.1)),
      (arrayDistinct(arrayConcat(bin.1, step.4)), bin.2 + step.2, bin.3)),
    steps, (CAST([] AS Array(Int32)), toInt64(0), CAST([] AS Array(Int32)))).3 AS closed
  FROM gathered
), edged AS (
  -- Of the last bin, the end moves to the last bucket.
  SELECT cell_no, metric, kind, steps,
    if(kind = 'curated', arrayMap(step -> step.1, steps),
      if(empty(closed), closed, arrayPushBack(arrayPopBack(closed), steps[-1].1))) AS edges
  FROM folded
), bins AS (
  SELECT cell_no, metric, any(kind) AS kind, arrayFirst(edge -> edge >= step.1, edges) AS hi, min(step.1) AS lo, sum(step.2) AS n, sum(step.3) AS w,
    toInt32(length(groupUniqArrayArray(step.4))) AS contributors
  FROM edged ARRAY JOIN steps AS step WHERE notEmpty(edges) GROUP BY cell_no, metric, hi
), cumulated_bins AS (
  SELECT *, toInt32(floor(1000 * toFloat64(sum(w) OVER below) / toFloat64(sum(w) OVER whole) + 0.5)) AS share, sum(n) OVER whole AS samples
  FROM bins
  WINDOW below AS (PARTITION BY cell_no, metric ORDER BY lo), whole AS (PARTITION BY cell_no, metric)
), people AS (
  SELECT cell_no, metric, uniqExact(contributor) AS kept FROM weights GROUP BY cell_no, metric
)
SELECT m.model_slug AS model_slug, m.cell_id AS cell_id, c.metric AS metric, c.lo AS lo, c.hi AS hi,
  toInt32(c.share - lagInFrame(c.share, 1, 0) OVER (PARTITION BY c.cell_no, c.metric ORDER BY c.lo ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS mass,
  c.contributors AS contributors, toFloat64(if(c.kind = 'curated', c.samples, toInt64(p.kept))) AS weight
FROM cumulated_bins c
JOIN people p ON p.cell_no = c.cell_no AND p.metric = c.metric
JOIN (SELECT DISTINCT cell_no, cell_id, model_slug FROM placed) m ON m.cell_no = c.cell_no
ORDER BY model_slug, cell_id, metric, lo
