-- A row per configuration x prompt and output size x concurrency x source, for configurations of which a row has more than one request at a time.
WITH measured AS (
  SELECT g.*, r.row_id, r.concurrency, r.is_derived,
    concat_ws('|', source, model_id, quantization, gpu_id, gpu_count, engine, engine_backend) AS configuration
  FROM benchmark_groups g JOIN benchmark_rows r USING (group_id) WHERE g.exit = 'ok' AND r.concurrency IS NOT NULL
), medians AS (
  PIVOT (SELECT row_id, metric, value FROM benchmark_values) ON metric IN ('decode_tps', 'ttft_ms', 'output_tps', 'power_w')
  USING any_value(value) GROUP BY row_id
)
SELECT source, model_id, quantization, gpu_id, gpu_count, engine, measurement_type, concurrency_bucket, engine_backend, prompt_bucket, output_bucket,
  median(concurrency)::DOUBLE AS concurrency_p50, median(decode_tps) AS decode_tps_p50, median(ttft_ms) AS ttft_ms_p50,
  median(output_tps) AS output_tps_p50, median(output_tps / gpu_count) AS output_tps_per_gpu_p50, bool_or(is_derived) AS output_tps_derived,
  median(power_w) AS power_p50_w, count(*)::INTEGER AS n, string_agg(DISTINCT engine_version, ' ' ORDER BY engine_version) AS engine_versions,
  min(month) AS first_month, max(month) AS last_month
FROM measured JOIN medians USING (row_id)
WHERE output_tps IS NOT NULL AND configuration IN (SELECT configuration FROM measured WHERE concurrency > 1)
GROUP BY ALL
ORDER BY ALL
