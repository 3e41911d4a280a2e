-- Ids are all different and do not compress: a dictionary of them would only take time.
COPY (
  SELECT hash(job_id) AS hash, job_id, f.file
  FROM read_csv($1, columns = {'job_id': 'VARCHAR'}, header = false, auto_detect = false, delim = ',', quote = '', escape = '', filename = 'path') t
  JOIN added_files f USING (path)
) TO $table (FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1, WRITE_BLOOM_FILTER false)
