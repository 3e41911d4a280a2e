-- The strata and metrics that count: see the table of metrics in the documentation. A series is what a contributor has of a metric of a cell:
-- by one number, bins are grouped and joined in half the time.
CREATE OR REPLACE TABLE counted AS
SELECT p.stratum_id * (SELECT count(*)::INTEGER FROM quantities) + q.metric AS histogram_id, p.cell_no, p.matrix_no, q.name AS metric,
  p.contributor, p.host, dense_rank() OVER (ORDER BY p.cell_no, q.metric, p.contributor)::INTEGER AS series_no
FROM placed p, quantities q
WHERE p.is_published AND p.stratum_id IS NOT NULL
  AND (q.name = 'vram_used_mb' OR p.exit = 'ok')
  AND (q.name NOT IN ('ttft_ms', 'prefill_tps') OR p.first_token_counts)
  AND (q.name NOT IN ('decode_tps', 'e2e_tps', 'output_tps') OR p.tokens_count)
