SELECT DISTINCT id FROM id_copies WHERE owner <> id OR n > 1 ORDER BY id
