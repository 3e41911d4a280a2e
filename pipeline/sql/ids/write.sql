-- Ids are all different and do not compress: a dictionary of them would only take time.
COPY added_ids TO $table (FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1, WRITE_BLOOM_FILTER false);
CREATE OR REPLACE TEMP VIEW added_ids AS FROM read_parquet($table)
