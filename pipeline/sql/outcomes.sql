-- How the attempts of each contributor to a published cell ended. Who has too few samples in a cell for a say in its metrics has none here either.
CREATE OR REPLACE TABLE outcomes AS
SELECT cell_no, matrix_no, contributor, sum(lines)::BIGINT AS n, coalesce(sum(lines) FILTER (exit = 'cancel'), 0)::BIGINT AS cancels,
  coalesce(sum(lines) FILTER (exit = 'error'), 0)::BIGINT AS errors, coalesce(sum(lines) FILTER (exit = 'reject'), 0)::BIGINT AS rejects
FROM placed WHERE is_published AND stratum_id IS NOT NULL
GROUP BY cell_no, matrix_no, contributor HAVING sum(lines) >= $contributor_samples
