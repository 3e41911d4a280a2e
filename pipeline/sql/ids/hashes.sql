-- Hashes that come more than once.
CREATE OR REPLACE TEMP TABLE repeated_hashes AS
SELECT hash FROM added_ids GROUP BY hash HAVING count(*) > 1
