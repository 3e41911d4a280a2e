CREATE OR REPLACE TEMP TABLE repeated_hashes AS
SELECT hash FROM read_parquet($1, filename = 'path') JOIN id_files USING (path, file) GROUP BY hash HAVING count(*) > 1
