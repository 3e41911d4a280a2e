-- The ids that come more than once, by file, how often the file has them, and the file in which they count: the contributor's first, unless
-- another contributor's came earlier. In order, so that those of one file are found soon.
CREATE OR REPLACE TEMP TABLE id_copies AS
WITH held AS (
  SELECT job_id, file, count(*) AS n FROM added_ids SEMI JOIN repeated_hashes USING (hash) GROUP BY ALL
), compared AS (
  SELECT file, job_id, n, min(file) OVER own AS own_file, min(arrival) OVER own AS own_arrival,
    min(file) OVER every AS first_file, min(arrival) OVER every AS first_arrival
  FROM held JOIN id_files USING (file)
  WINDOW own AS (PARTITION BY job_id, contributor), every AS (PARTITION BY job_id)
)
SELECT file, job_id, if(own_arrival = first_arrival, own_file, first_file) AS owner, n FROM compared ORDER BY file
