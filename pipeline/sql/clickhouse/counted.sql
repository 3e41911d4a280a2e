-- The samples of each contributor to a published cell that count for each metric, by bucket. A table of its own, because a common table
-- expression is computed anew wherever it is named.
CREATE OR REPLACE TEMPORARY TABLE counted AS
SELECT p.cell_no AS cell_no, p.matrix_no AS matrix_no, p.kind AS kind, q.name AS metric, p.contributor AS contributor, b.idx AS idx, sum(b.n) AS n
FROM stratum_bins b
JOIN placed p ON p.stratum_id = b.stratum_id
JOIN quantities q ON q.metric = b.metric
WHERE p.fits
  AND (q.name IN ('vram_used_mb', 'power_w') OR p.exit = 'ok')
  AND (q.name NOT IN ('ttft_ms', 'prefill_tps') OR p.first_token_counts)
  AND (q.name NOT IN ('decode_tps', 'e2e_tps') OR p.tokens_count)
  AND (q.name != 'prefill_tps' OR p.measurement_type = 'single_stream')
GROUP BY cell_no, matrix_no, kind, metric, contributor, idx
