-- Hashes that come more than once.
CREATE OR REPLACE TEMP TABLE repeated_hashes AS
SELECT hash FROM read_parquet($1) GROUP BY hash HAVING count(*) > 1
