SELECT job_id, owner FROM id_copies WHERE file = $1
