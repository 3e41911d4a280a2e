-- Counted samples as strata. Contributors become numbers.
INSERT INTO strata
SELECT stratum_id, lines, kind, source, dense_rank() OVER (ORDER BY contributor) - 1, model_id, model_slug, quantization, gpu_id, gpu_count,
  engine, engine_version, measurement_type, prompt_bucket, month, exit, first_token_counts, tokens_count
FROM counted_samples
