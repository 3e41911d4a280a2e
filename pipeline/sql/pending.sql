-- What is not published yet, by partition.
SELECT model_id, count(DISTINCT cell_no)::INTEGER AS cells, sum(lines)::DOUBLE AS lines, list(DISTINCT contributor) AS contributors
FROM placed WHERE NOT is_published AND NOT is_withdrawn GROUP BY ALL
