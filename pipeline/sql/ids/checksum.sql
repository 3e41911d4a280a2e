-- Parquet has no checksums: of the hashes, which follow from the ids.
SELECT bit_xor(hash)::VARCHAR FROM read_parquet($1)
