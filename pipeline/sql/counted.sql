-- The published bins that count, by metric: see the table of metrics in the documentation.
CREATE OR REPLACE VIEW counted AS
SELECT p.*, q.name AS metric, b.idx, b.n
FROM placed p JOIN stratum_bins b USING (stratum_id) JOIN quantities q USING (metric)
WHERE p.is_published
  AND (q.name = 'vram_used_mb' OR p.exit = 'ok')
  AND (q.name NOT IN ('ttft_ms', 'prefill_tps') OR p.first_token_counts)
  AND (q.name NOT IN ('decode_tps', 'e2e_tps', 'output_tps') OR p.tokens_count)
