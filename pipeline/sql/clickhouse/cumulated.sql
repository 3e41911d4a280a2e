-- Weights of every cell and matrix row added up from bucket to bucket.
CREATE OR REPLACE TEMPORARY TABLE cumulated AS
WITH shares AS (
  SELECT key, metric, idx, sum(w) AS share
  FROM (SELECT arrayJoin([cell_no, matrix_no]) AS key, metric, idx, w FROM weights) GROUP BY key, metric, idx
)
SELECT key, metric, idx, sum(share) OVER (PARTITION BY key, metric ORDER BY idx) AS below, sum(share) OVER (PARTITION BY key, metric) AS total
FROM shares
