-- Engine versions that made a stratum slower. Filled once samples of two versions by the same contributors are published.
SELECT ''::VARCHAR AS model_id, '' AS quantization, '' AS gpu_id, 0 AS gpu_count, '' AS engine, '' AS measurement_type, '' AS prompt_bucket,
  '' AS metric, '' AS from_version, '' AS to_version, 0 AS pairs, 0.0::DOUBLE AS effect, 0.0::DOUBLE AS p_value, '' AS verdict
WHERE false
