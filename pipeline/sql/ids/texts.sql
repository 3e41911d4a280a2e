-- The ids of samples of many files, from a text for each whose name ends in the number of the file.
CREATE OR REPLACE TEMP VIEW added_ids AS
SELECT hash(job_id) AS hash, job_id, regexp_extract(path, '([0-9]+)\.csv$', 1)::INTEGER AS file
FROM read_csv([$texts], columns = {'job_id': 'VARCHAR'}, header = false, auto_detect = false, delim = ',', quote = '', escape = '', filename = 'path')
