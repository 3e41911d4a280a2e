SELECT DISTINCT file FROM id_copies WHERE owner <> file OR n > 1 ORDER BY file
