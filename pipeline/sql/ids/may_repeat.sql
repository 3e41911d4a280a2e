-- Whether added ids are among former ones, or one is added twice. Damaged ones may be: their hash is not theirs.
WITH added AS (
  SELECT hash, job_id FROM read_parquet($1)
), alike AS MATERIALIZED (
  -- Few, so that the texts of former ids are read for few rows.
  SELECT DISTINCT hash FROM read_parquet($2) SEMI JOIN added USING (hash)
)
SELECT count(*) > count(DISTINCT job_id) OR (
  SELECT count(*) > 0
  FROM (SELECT hash, job_id FROM read_parquet($2) SEMI JOIN alike USING (hash)) former
  WHERE hash(job_id) <> hash OR job_id IN (SELECT job_id FROM added)
) FROM added
