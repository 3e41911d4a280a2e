-- Texts of ids, a file for each data file.
CREATE OR REPLACE TEMP TABLE added_files (path VARCHAR, file INTEGER)
