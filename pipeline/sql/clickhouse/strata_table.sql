-- Accepted samples counted by everything that the published tables tell apart. `contributor` is a number: no name leaves this table.
CREATE OR REPLACE TEMPORARY TABLE strata (
  stratum_id Int32, lines Int64, kind String, source String, contributor Int32, model_id String, model_slug String, quantization String,
  gpu_id String, gpu_count Int32, engine String, engine_version String, measurement_type String, prompt_bucket String, month String,
  exit String, first_token_counts Bool, tokens_count Bool)
