-- Engine versions that made a stratum slower. Paired by contributor over neighbouring published versions of one stratum: one difference of
-- the median of ln(v) per contributor, exact one-sided signed-rank test, Hodges-Lehmann effect. Suspected: 6 pairs (k where that is more), p at most 0.02,
-- effect at most -3 %. Confirmed: also Benjamini-Hochberg at 0.1 over all tests of the same version step.
WITH
  -- To 9 decimals, halves away from zero; round() would send them to the even neighbour.
  x -> sign(x) * floor(abs(x) * 1e9 + 0.5) / 1e9 AS round9,
  x -> sign(x) * floor(abs(x) * 1e3 + 0.5) / 1e3 AS round3,
published_cells AS (
  SELECT DISTINCT cell_no, model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, engine_version
  FROM placed
  WHERE fits AND kind = 'community' AND engine != 'any' AND engine_version NOT IN ('any', 'unknown')
), counts AS (
  SELECT c.model_id AS model_id, c.quantization AS quantization, c.gpu_id AS gpu_id, c.gpu_count AS gpu_count, c.engine AS engine,
    c.measurement_type AS measurement_type, c.prompt_bucket AS prompt_bucket, c.engine_version AS engine_version, w.contributor AS contributor,
    w.idx AS idx, sum(w.n) AS n
  FROM weights w JOIN published_cells c ON c.cell_no = w.cell_no
  WHERE w.metric = 'decode_tps'
  GROUP BY model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, engine_version, contributor, idx
), running AS (
  SELECT *, sum(n) OVER (whole ORDER BY idx) AS below, sum(n) OVER whole AS total
  FROM counts
  WINDOW whole AS (PARTITION BY model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, engine_version, contributor)
), medians AS (
  -- Interpolated within the bucket of the median, whose width would otherwise hide a change of 2 %.
  SELECT model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, engine_version, contributor,
    argMin(idx - 1 + (0.5 * total - (below - n)) / n, idx) * log(2) / 32 AS m
  FROM running WHERE 2 * below >= total
  GROUP BY model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, engine_version, contributor
), gathered AS (
  -- Versions compare by their numbers: 0.9 comes before 0.10, b999 before b1000.
  SELECT model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, engine_version,
    groupArray((contributor, m)) AS people,
    row_number() OVER (PARTITION BY model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket
      ORDER BY arrayMap(part -> toUInt256(part), extractAll(engine_version, '[0-9]+')), engine_version) AS step
  FROM medians GROUP BY model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, engine_version
), paired AS (
  SELECT a.model_id AS model_id, a.quantization AS quantization, a.gpu_id AS gpu_id, a.gpu_count AS gpu_count, a.engine AS engine,
    a.measurement_type AS measurement_type, a.prompt_bucket AS prompt_bucket, a.engine_version AS from_version, b.engine_version AS to_version,
    lower(hex(MD5(concatWithSeparator('|', model_id, quantization, gpu_id, toString(gpu_count), engine, measurement_type, prompt_bucket,
      from_version, to_version)))) AS test,
    arrayMap(person -> (person.2, arrayFirst(other -> other.1 = person.1, b.people).2),
      arrayFilter(person -> arrayExists(other -> other.1 = person.1, b.people), a.people)) AS pairs_of_medians,
    arrayMap(pair -> round9(pair.2 - pair.1), pairs_of_medians) AS ds
  FROM gathered a JOIN gathered b
    ON b.model_id = a.model_id AND b.quantization = a.quantization AND b.gpu_id = a.gpu_id AND b.gpu_count = a.gpu_count AND b.engine = a.engine
   AND b.measurement_type = a.measurement_type AND b.prompt_bucket = a.prompt_bucket AND b.step = a.step + 1
  WHERE notEmpty(ds)
), ranked AS (
  -- Twice the mid-rank, so that ties stay whole numbers.
  SELECT *, arrayFilter(d -> d != 0, ds) AS moved, length(moved) AS n,
    arrayMap(d -> 2 * arrayCount(other -> abs(other) < abs(d), moved) + arrayCount(other -> abs(other) = abs(d), moved) + 1, moved) AS ranks,
    arraySum(arrayMap((d, r) -> if(d > 0, r, 0), moved, ranks)) AS positive
  FROM paired
), tested AS (
  -- How many of the 2^n sign patterns give each sum of positive ranks, from 0 on; each rank doubles the patterns.
  SELECT *, arrayFold((ways, r) -> arrayMap((without, with) -> without + with,
      arrayConcat(ways, arrayWithConstant(r, 0.)), arrayConcat(arrayWithConstant(r, 0.), ways)), ranks, [1.]) AS ways,
    arraySum(arraySlice(ways, 1, positive + 1)) / arraySum(ways) AS p,
    exp(arrayReduce('quantileExactInclusive(0.5)', arrayFlatten(arrayMap((d, i) -> arrayMap(other -> (d + other) / 2, arraySlice(ds, i)),
      ds, arrayEnumerate(ds))))) - 1 AS effect
  FROM ranked WHERE n >= greatest(6, {k:Int64})
), judged AS (
  SELECT *, count() OVER (PARTITION BY engine, from_version, to_version) AS tests,
    -- Of equal p-values each has the place of the last: with 6 pairs all that fall have the same.
    count() OVER (PARTITION BY engine, from_version, to_version ORDER BY p) AS position
  FROM tested
), controlled AS (
  SELECT *, p <= maxIf(p, p <= position / 10 / tests) OVER (PARTITION BY engine, from_version, to_version) AS significant FROM judged
)
SELECT model_id, quantization, gpu_id, gpu_count, engine, measurement_type, prompt_bucket, 'decode_tps' AS metric, from_version, to_version,
  toInt32(n) AS pairs, round3(c.effect) AS effect, p AS p_value, if(significant, 'confirmed', 'suspected') AS verdict
FROM controlled c
WHERE p <= 0.02 AND c.effect <= -0.03
ORDER BY engine, to_version, c.effect, test
