/** An example query: the question, a description of the answer, and the SQL. */
export interface Example {
  title: string
  about: string
  sql: string
}

/** The subject of the examples about one model or one configuration. */
export interface ExampleSubject {
  modelId: string
  matrixId: string
}

/** Example queries by question. None mixes kinds, measurement types or sources in one figure. */
export function makeExamples({ modelId, matrixId }: ExampleSubject): Example[] {
  return [...aboutSpeed(quote(modelId)), ...aboutPurchase(), ...aboutFigures(quote(matrixId))]
}

function aboutSpeed(model: string): Example[] {
  return [
    {
      title: 'Which GPU is fastest for a model?',
      about: 'End-to-end speed of one user, best configuration of each GPU.',
      sql: `SELECT gpu_id || ' ×' || gpu_count AS gpu, engine, quantization, source, e2e_tps_n AS n,
       e2e_tps_p25 AS p25_tok_s, e2e_tps_p50 AS median_tok_s, e2e_tps_p75 AS p75_tok_s
FROM matrix
WHERE model_id = ${model}
  AND measurement_type = 'single_stream' AND e2e_tps_p50 IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY gpu_id, gpu_count ORDER BY e2e_tps_p50 DESC) = 1
ORDER BY median_tok_s DESC`,
    },
    {
      title: 'Which engine is faster on the same hardware?',
      about: 'Pairs of engines, everything else equal; above 1 the first is faster.',
      sql: `SELECT a.engine AS engine_a, b.engine AS engine_b, a.model_id, a.gpu_id, a.gpu_count, a.source,
       a.e2e_tps_p50 AS a_tok_s, b.e2e_tps_p50 AS b_tok_s, a.e2e_tps_p50 / b.e2e_tps_p50 AS ratio
FROM matrix a JOIN matrix b
  USING (kind, source, model_id, quantization, gpu_id, gpu_count, measurement_type, concurrency_bucket, engine_backend, prompt_buckets)
WHERE a.engine < b.engine AND a.e2e_tps_p50 IS NOT NULL AND b.e2e_tps_p50 IS NOT NULL
ORDER BY ratio DESC`,
    },
    {
      title: 'How long until the first token?',
      about: 'Median and 95th percentile by prompt size, one user.',
      sql: `SELECT model_id, gpu_id, gpu_count, engine, prompt_bucket, source,
       ttft_ms_n AS n, ttft_ms_p50 AS median_ms, ttft_ms_p95 AS p95_ms
FROM cells
WHERE measurement_type = 'single_stream' AND ttft_ms_p50 IS NOT NULL
ORDER BY model_id, gpu_id, gpu_count,
         list_position(['le128', 'le512', 'le2k', 'le8k', 'le32k', 'gt32k'], prompt_bucket)`,
    },
  ]
}

function aboutPurchase(): Example[] {
  return [
    {
      title: 'What is cheapest per million tokens?',
      about: 'Rent of the cheapest on-demand offer, one user alone on the machine.',
      sql: `WITH cheapest AS (
  SELECT gpu_id, min(usd_per_hour / gpu_count) AS usd_per_gpu_hour
  FROM prices WHERE term = 'on-demand' GROUP BY gpu_id
)
SELECT model_id, gpu_id, gpu_count, engine, quantization, source, decode_tps_n AS n, decode_tps_p50 AS tok_s,
       round(usd_per_gpu_hour * gpu_count * 1e6 / (3600 * decode_tps_p50), 2) AS usd_per_million_tokens
FROM matrix JOIN cheapest USING (gpu_id)
WHERE measurement_type = 'single_stream' AND decode_tps_p50 IS NOT NULL
ORDER BY usd_per_million_tokens`,
    },
    {
      title: 'What does a machine deliver under load?',
      about: 'Throughput of all requests and speed of one, by requests at once; best configurations first.',
      sql: `SELECT model_id, quantization, gpu_id, gpu_count, engine, prompt_bucket, output_bucket, source, n,
       concurrency_p50 AS at_once, output_tps_p50 AS all_tok_s, output_tps_per_gpu_p50 AS tok_s_per_gpu,
       decode_tps_p50 AS one_tok_s, ttft_ms_p50 AS first_token_ms
FROM serving
ORDER BY max(output_tps_per_gpu_p50) OVER (PARTITION BY model_id, gpu_id, gpu_count, engine) DESC, at_once`,
    },
    {
      title: 'What fits in 24 GB?',
      about: 'Measured peak memory of all GPUs together, smallest first.',
      sql: `SELECT model_id, quantization, engine, gpu_id, gpu_count, source, samples AS n,
       round(vram_used_p95_mb / 1000, 1) AS peak_gb, decode_tps_p50 AS tok_s
FROM matrix
WHERE vram_used_p95_mb <= 24000
ORDER BY peak_gb`,
    },
  ]
}

function aboutFigures(configuration: string): Example[] {
  return [
    {
      title: 'Which updates made it slower?',
      about: 'Engine versions that the same contributors measured as slower than the previous one.',
      sql: `SELECT verdict, round(100 * effect, 1) AS change_percent, pairs, p_value, metric, engine,
       from_version, to_version, model_id, quantization, gpu_id, gpu_count, measurement_type, prompt_bucket
FROM regressions
ORDER BY verdict, change_percent`,
    },
    {
      title: 'How is one figure distributed?',
      about: 'Share of the runs of one configuration by speed, from the published bins.',
      sql: `WITH b AS (
  SELECT unnest(range(lo, hi + 1)) AS bucket, mass * weight / (hi - lo + 1.0) AS w
  FROM bins JOIN cells USING (cell_id)
  WHERE metric = 'e2e_tps' AND matrix_id = ${configuration}
)
SELECT pow(2.0, (bucket - 0.5) / 32.0) AS tok_s,
       100 * sum(w) / sum(sum(w)) OVER () AS share_percent
FROM b GROUP BY bucket ORDER BY bucket`,
    },
    {
      title: 'What are the percentiles of every configuration?',
      about: 'Rolled up from the bins of its cells, as on this site.',
      sql: PERCENTILES,
    },
    {
      title: 'Where do attempts fail?',
      about: 'Configurations with errors or refusals, as a share of attempts.',
      sql: `SELECT model_id, gpu_id, gpu_count, engine, engine_versions, source, samples AS attempts,
       round(100 * error_rate, 1) AS failed_percent, round(100 * reject_rate, 1) AS rejected_percent
FROM matrix WHERE error_rate > 0 OR reject_rate > 0
ORDER BY failed_percent DESC, attempts DESC`,
    },
    {
      title: 'How much evidence is there?',
      about: 'Configurations and samples by kind, source and measurement type.',
      sql: `SELECT kind, source, measurement_type, count(*) AS configurations, sum(samples) AS samples,
       count(DISTINCT model_id) AS models, count(DISTINCT gpu_id) AS gpus
FROM matrix GROUP BY ALL ORDER BY samples DESC`,
    },
  ]
}

const PERCENTILES = `WITH b AS (
  SELECT matrix_id AS g, lo, hi, mass, weight FROM bins JOIN cells USING (cell_id) WHERE metric = 'decode_tps'
), e AS (
  SELECT g, unnest(range(lo, hi + 1)) AS idx, mass * weight / (hi - lo + 1.0) AS w FROM b
), c AS (
  SELECT g, idx, sum(w) OVER (PARTITION BY g ORDER BY idx) AS cw, sum(w) OVER (PARTITION BY g) AS tw FROM e
), q AS (
  SELECT g, min(idx) FILTER (WHERE cw >= 0.05 * tw - 1e-9) AS p5,
            min(idx) FILTER (WHERE cw >= 0.50 * tw - 1e-9) AS p50,
            min(idx) FILTER (WHERE cw >= 0.95 * tw - 1e-9) AS p95
  FROM c GROUP BY g
)
SELECT g AS matrix_id,
       2 * pow(2.0, p5 / 32.0) / (1 + pow(2.0, 1 / 32.0)) AS p5_tok_s,
       2 * pow(2.0, p50 / 32.0) / (1 + pow(2.0, 1 / 32.0)) AS median_tok_s,
       2 * pow(2.0, p95 / 32.0) / (1 + pow(2.0, 1 / 32.0)) AS p95_tok_s
FROM q ORDER BY matrix_id`

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
