-- Community cells that went with a contributor who withdrew.
CREATE OR REPLACE TEMPORARY TABLE withdrawn (
  model_id String, quantization String, gpu_id String, gpu_count Int32, engine String, engine_version String, measurement_type String,
  prompt_bucket String, month String)
