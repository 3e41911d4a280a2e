-- Each id that comes more than once, and the rank of the file in which it counts.
CREATE OR REPLACE TEMP TABLE repeated_ids AS
SELECT job_id, min(rank) AS rank
FROM read_parquet($1, filename = 'path') SEMI JOIN repeated_hashes USING (hash) JOIN id_files USING (path, file)
GROUP BY job_id HAVING count(*) > 1
