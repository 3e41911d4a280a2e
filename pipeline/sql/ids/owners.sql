SELECT job_id, owner FROM id_copies WHERE id = $1
