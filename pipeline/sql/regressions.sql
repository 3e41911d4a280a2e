-- Engine versions that made a stratum slower, out of the tests of regression_tests.sql. Suspected: p at most 0.02, effect at most -3 %.
-- Confirmed: also Benjamini-Hochberg at 0.1 over all tests of the same version step.
WITH judged AS (
  SELECT *, count(*) OVER (PARTITION BY engine, from_version, to_version) AS m,
    -- Of equal p-values each has the place of the last: with 6 pairs all that fall have the same.
    count(*) OVER (PARTITION BY engine, from_version, to_version ORDER BY p) AS position
  FROM regression_tests
), controlled AS (
  SELECT *, p <= coalesce(max(p) FILTER (p <= 0.1 * position / m) OVER (PARTITION BY engine, from_version, to_version), -1) AS significant
  FROM judged
)
SELECT model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, 'decode_tps' AS metric, from_version, to_version,
  n AS pairs, round(effect, 3) AS effect, p AS p_value, CASE WHEN significant THEN 'confirmed' ELSE 'suspected' END AS verdict
FROM controlled
WHERE p <= 0.02 AND controlled.effect <= -0.03
ORDER BY controlled.engine, controlled.to_version, controlled.effect, test
