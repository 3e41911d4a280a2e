-- The ids of samples of many files, read from a text for each whose name ends in the number of the file.
-- Ids are all different and do not compress: a dictionary of them would only take time.
COPY (
  SELECT hash(job_id) AS hash, job_id, regexp_extract(path, '([0-9]+)\.csv$', 1)::INTEGER AS file
  FROM read_csv($1, columns = {'job_id': 'VARCHAR'}, header = false, auto_detect = false, delim = ',', quote = '', escape = '', filename = 'path')
) TO $table (FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1, WRITE_BLOOM_FILTER false)
