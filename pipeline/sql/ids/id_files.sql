-- Where the ids of each data file lie: a Parquet file, and the number of the data file in it.
CREATE OR REPLACE TEMP TABLE id_files (path VARCHAR, file INTEGER, id INTEGER, rank INTEGER)
