-- What deployments deliver under load: a row per matrix row whose load and throughput are known, of configurations of which one has more than
-- one request at a time. Its figures are those of the matrix: nothing is rolled up once more.
WITH loaded AS (
  SELECT matrix_no, 'community' AS source, model_id, quantization, gpu_id, gpu_count, engine, measurement_type, concurrency_bucket, engine_backend,
    if(count(DISTINCT prompt_bucket) = 1, any_value(prompt_bucket), 'any') AS prompt_bucket, 'any' AS output_bucket,
    string_agg(DISTINCT engine_version, ' ' ORDER BY engine_version) AS engine_versions, min(month) AS first_month, max(month) AS last_month
  FROM placed WHERE is_published AND engine <> 'any' AND concurrency_bucket NOT IN ('any', 'unknown') GROUP BY ALL
), medians AS (
  PIVOT (SELECT key, metric, p50, n FROM estimates) ON metric IN ('decode_tps', 'ttft_ms', 'output_tps', 'concurrency')
  USING any_value(p50) AS p50, any_value(n) AS n GROUP BY key
)
SELECT l.* EXCLUDE (matrix_no), if(concurrency_bucket = '1', 1, round(concurrency_p50, 1))::DOUBLE AS concurrency_p50, decode_tps_p50, ttft_ms_p50,
  output_tps_p50, output_tps_p50 / gpu_count AS output_tps_per_gpu_p50, FALSE AS output_tps_derived, NULL::DOUBLE AS power_p50_w,
  step_count(output_tps_n) AS n
FROM loaded l JOIN medians m ON m.key = l.matrix_no
WHERE output_tps_p50 IS NOT NULL AND (concurrency_bucket = '1' OR concurrency_p50 IS NOT NULL)
QUALIFY bool_or(concurrency_bucket <> '1') OVER (PARTITION BY model_id, quantization, gpu_id, gpu_count, engine, engine_backend)
ORDER BY l.matrix_no DESC
