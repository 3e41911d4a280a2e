-- The ids that come more than once, by file, how often the file has them, and the file in which they count. In order, so that those of one
-- file are found soon.
CREATE OR REPLACE TEMP TABLE id_copies AS
WITH repeated AS (
  SELECT job_id, min(file) AS owner FROM read_parquet($1) SEMI JOIN repeated_hashes USING (hash) GROUP BY job_id HAVING count(*) > 1
)
SELECT file, job_id, any_value(owner) AS owner, count(*) AS n
FROM read_parquet($1) SEMI JOIN repeated_hashes USING (hash) JOIN repeated USING (job_id)
GROUP BY file, job_id
ORDER BY file
