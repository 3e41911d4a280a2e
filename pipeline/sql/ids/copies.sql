-- The repeated ids of each file, how often it has them, and the file in which they count. In order, so that those of one file are found soon.
CREATE OR REPLACE TEMP TABLE id_copies AS
SELECT f.id, i.job_id, any_value(owner.id) AS owner, count(*) AS n
FROM read_parquet($1, filename = 'path') i
SEMI JOIN repeated_hashes USING (hash)
JOIN id_files f USING (path, file)
JOIN repeated_ids r USING (job_id)
JOIN (SELECT DISTINCT id, rank FROM id_files) owner ON owner.rank = r.rank
GROUP BY f.id, i.job_id
ORDER BY f.id
