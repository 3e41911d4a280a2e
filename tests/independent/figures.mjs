/**
 * An independent second reading of the raw sources, to check the pipeline against: it takes chosen strata straight from the
 * files as published, computes exact medians and prints them as JSON. It shares no code with the pipeline on purpose, so a
 * mistake in a converter, a formula or the aggregation cannot hide in both.
 *
 *   node tests/independent/figures.mjs FOLDER > tests/independent/figures.json
 *
 * FOLDER holds a folder per source (argonne, dstack, llmfit, localscore, splitwise, strix-halo-lhl). Node's own modules only.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * One request or repetition; null where the source does not say.
 * @typedef {{ tokens_out: number, ttft_ms: number | null, decode_ms: number | null, total_ms: number | null }} Sample
 * @typedef {{ model_id: string, quantization: string, gpu_id: string, gpu_count: number, engine: string, measurement_type: string }} Stratum
 * @typedef {'decode_tps' | 'ttft_ms' | 'e2e_tps'} Metric
 * @typedef {{ source: string, stratum: Stratum, metric: Metric, n: number, median: number }} Figure
 */

/**
 * The value of a metric for one sample, or null where it does not count.
 * @type {Record<Metric, (sample: Sample) => number | null>}
 */
const METRICS = {
  decode_tps: ({ tokens_out, decode_ms }) =>
    decode_ms === null || tokens_out < 32 || decode_ms < 250 ? null : ((tokens_out - 1) * 1000) / decode_ms,
  ttft_ms: ({ tokens_out, ttft_ms }) => (tokens_out < 1 ? null : ttft_ms),
  e2e_tps: ({ tokens_out, ttft_ms, decode_ms, total_ms }) => {
    const ms = total_ms ?? (ttft_ms === null || decode_ms === null ? null : ttft_ms + decode_ms)
    return ms === null || ms === 0 ? null : (tokens_out * 1000) / ms
  },
}

/**
 * The value in the middle, or half way between the two there.
 * @param {number[]} values
 */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2
}

/**
 * A sample as data/curated keeps it: milliseconds to a thousandth.
 * @param {Sample} sample
 * @returns {Sample}
 */
function roundTimes({ tokens_out, ttft_ms, decode_ms, total_ms }) {
  /** @param {number | null} ms */
  const round = (ms) => (ms === null ? null : Math.round(ms * 1000) / 1000)
  return { tokens_out, ttft_ms: round(ttft_ms), decode_ms: round(decode_ms), total_ms: round(total_ms) }
}

/**
 * @param {string} source
 * @param {[string, string, string, number, string, string]} key model, quantisation, GPU, GPU count, engine, measurement type
 * @param {Metric[]} metrics
 * @param {Sample[]} samples
 * @returns {Figure[]}
 */
function figures(source, [model_id, quantization, gpu_id, gpu_count, engine, measurement_type], metrics, samples) {
  const stratum = { model_id, quantization, gpu_id, gpu_count, engine, measurement_type }
  return metrics.map((metric) => {
    const values = samples
      .map(roundTimes)
      .map(METRICS[metric])
      .filter((value) => value !== null)
    if (values.length === 0) throw new Error(`${source}, ${Object.values(stratum).join(' ')}: no sample for ${metric}`)
    return { source, stratum, metric, n: values.length, median: median(values) }
  })
}

/**
 * A CSV file without line breaks inside fields, as objects.
 * @param {string} path
 * @returns {Record<string, string>[]}
 */
function readCsv(path) {
  const [head = '', ...lines] = readFileSync(path, 'utf8').split(/\r?\n/).filter(Boolean)
  const names = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, at) => [names[at] ?? '', value])))
}

/**
 * vLLM's benchmark_serving.py: a file per run, arrays with an entry per request, times in seconds. The inter-token times of
 * a request add up to its decode time. A request with a traceback failed; one with no output token counts for nothing here.
 * @param {string} folder
 */
function readDstack(folder) {
  const model = 'hf:meta-llama/Llama-3.1-405B-FP8'
  return [
    { gpu: 'nvidia-h100-sxm5-80gb', files: /__8xH100SXM5-serving__.*\.json$/, count: 3 },
    { gpu: 'amd-mi300x', files: /__(8xMi300x-serving-meta|misc)__amd-meta-vllm.*\.json$/, count: 6 },
  ].flatMap(({ gpu, files, count }) => {
    const paths = readdirSync(folder).filter((name) => files.test(name))
    if (paths.length !== count) throw new Error(`${folder}: expected ${count} files ${files}, found ${paths.length}`)
    const samples = paths.flatMap((name) => readServingRun(join(folder, name)))
    return figures(
      'dstack',
      [model, 'fp8', gpu, 8, 'vllm', 'batched_online'],
      ['decode_tps', 'ttft_ms', 'e2e_tps'],
      samples,
    )
  })
}

/**
 * @param {string} path
 * @returns {Sample[]}
 */
function readServingRun(path) {
  /** @type {{ output_lens: number[], ttfts: number[], itls: number[][], errors: string[] }} */
  const { output_lens, ttfts, itls, errors } = JSON.parse(readFileSync(path, 'utf8'))
  const requests = output_lens.map((tokens_out, at) => ({
    tokens_out,
    ttft_ms: (ttfts[at] ?? 0) * 1000,
    decode_ms: (itls[at] ?? []).reduce((sum, seconds) => sum + seconds, 0) * 1000,
    total_ms: null,
  }))
  return requests.filter(({ tokens_out }, at) => errors[at] === '' && tokens_out > 0)
}

/**
 * Profiling runs with a time per token; at batch size 1, decoding takes one such time less than there are tokens. A quarter of
 * these rows contradict their own end-to-end time by more than 15 % and cannot be trusted.
 * @param {string} folder
 */
function readSplitwise(folder) {
  const rows = readCsv(join(folder, 'perf_model.csv')).filter((row) => row.batch_size === '1')
  /** @type {[string, string, number][]} */
  const wanted = [
    ['llama2-70b', 'hf:meta-llama/Llama-2-70b-hf', 2],
    ['llama2-70b', 'hf:meta-llama/Llama-2-70b-hf', 4],
    ['llama2-70b', 'hf:meta-llama/Llama-2-70b-hf', 8],
    ['bloom-176b', 'hf:bigscience/bloom', 8],
  ]
  return wanted.flatMap(([name, model, gpus]) => {
    const samples = rows
      .filter((row) => row.model === name && row.hardware === 'a100-80gb' && Number(row.tensor_parallel) === gpus)
      .map((row) => ({
        tokens_out: Number(row.token_size),
        ttft_ms: Number(row.prompt_time),
        decode_ms: Number(row.token_time) * (Number(row.token_size) - 1),
        total_ms: Number(row.e2e_time),
      }))
      .filter(({ ttft_ms, decode_ms, total_ms }) => Math.abs(total_ms / (ttft_ms + decode_ms) - 1) <= 0.15)
    /** @type {[string, string, string, number, string, string]} */
    const key = [model, 'unknown', 'nvidia-a100-sxm4-80gb', gpus, 'vllm', 'single_stream']
    return figures('splitwise', key, ['decode_tps', 'ttft_ms'], samples)
  })
}

/**
 * llama-bench: a line per test with five repetitions in nanoseconds. A test either processes a prompt or generates tokens.
 * Its timer covers all n_gen tokens. One machine; every backend counts.
 * @param {string} folder
 */
function readStrixHalo(folder) {
  /** @type {[string, string, string, Metric[]][]} */
  const wanted = [
    ['llama-2-7b.Q4_0', 'hf:meta-llama/Llama-2-7b-hf', 'Q4_0', ['decode_tps', 'ttft_ms']],
    ['Qwen3-30B-A3B-UD-Q4_K_XL', 'hf:Qwen/Qwen3-30B-A3B', 'UD-Q4_K_XL', ['decode_tps', 'ttft_ms']],
    ['shisa-v2-llama3.3-70b.i1-Q4_K_M', 'hf:shisa-ai/shisa-v2-llama3.3-70b', 'i1-Q4_K_M', ['decode_tps']],
  ]
  return wanted.flatMap(([name, model, quantization, metrics]) => {
    const lines = readFileSync(join(folder, name, 'results.jsonl'), 'utf8')
      .split('\n')
      .filter(Boolean)
    const samples = lines.flatMap((line) => JSON.parse(line).bench_raw ?? []).flatMap(readLlamaBenchTest)
    /** @type {[string, string, string, number, string, string]} */
    const key = [model, quantization, 'amd-radeon-8060s', 1, 'llama.cpp', 'single_stream']
    return figures('strix-halo-lhl', key, metrics, samples)
  })
}

/**
 * @param {{ n_prompt: number, n_gen: number, samples_ns: number[] }} test
 * @returns {Sample[]}
 */
function readLlamaBenchTest({ n_prompt, n_gen, samples_ns }) {
  if (n_prompt > 0 && n_gen > 0) throw new Error('a test with both a prompt and generated tokens: not of this source')
  return samples_ns.map((ns) =>
    n_gen > 0
      ? { tokens_out: n_gen, ttft_ms: null, decode_ms: ns / 1e6, total_ms: null }
      : { tokens_out: 1, ttft_ms: ns / 1e6, decode_ms: null, total_ms: null },
  )
}

/**
 * Total latency per batch, input as long as output. Batch size 1 is one user; larger ones a fixed batch, whose requests
 * all take the whole time.
 * @param {string} folder
 */
function readArgonne(folder) {
  const rows = readCsv(join(folder, 'Plots_All_results.csv'))
  /** @type {[string, string, string, string, number, string, string, 'single_stream' | 'batched_offline'][]} */
  const wanted = [
    [
      'meta-llama/Llama-2-7b-hf',
      'Nvidia H100 GPU',
      'nvidia-h100-sxm5-80gb',
      'llama.cpp',
      1,
      'llama.cpp',
      '1',
      'single_stream',
    ],
    [
      'meta-llama/Meta-Llama-3-70B',
      'Nvidia H100 GPU',
      'nvidia-h100-sxm5-80gb',
      'TensorRT-LLM',
      4,
      'tensorrt-llm',
      '4',
      'single_stream',
    ],
    ['meta-llama/Llama-2-70b-hf', 'AMD MI300X GPU', 'amd-mi300x', 'vLLM', 8, 'vllm', '8', 'single_stream'],
    ['meta-llama/Llama-2-70b-hf', 'AMD MI300X GPU', 'amd-mi300x', 'vLLM', 8, 'vllm', '8', 'batched_offline'],
  ]
  return wanted.flatMap(([model, hardware, gpu, framework, gpus, engine, count, type]) => {
    const samples = rows
      .filter((row) => row.Model === model && row.Hardware === hardware && row.Framework === framework)
      .filter((row) => row['Num of Hardware'] === count && (row['Batch Size'] === '1') === (type === 'single_stream'))
      .map((row) => ({
        tokens_out: Number(row['Input Output Length']),
        ttft_ms: null,
        decode_ms: null,
        total_ms: Number(row.Latency) * 1000,
      }))
    return figures('argonne', [`hf:${model}`, 'unknown', gpu, gpus, engine, type], ['e2e_tps'], samples)
  })
}

/**
 * Means of three runs: tokens and total time. End to end only; the stated tokens/s is the client's own figure.
 * @param {string} folder
 */
function readLlmfit(folder) {
  const files = readdirSync(join(folder, 'community'), { recursive: true, encoding: 'utf8' })
  const results = files
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const { hardware, results: rows } = JSON.parse(readFileSync(join(folder, 'community', name), 'utf8'))
      return rows.map((/** @type {object} */ row) => ({ ...hardware, ...row }))
    })
  /** @type {[string, string, number, string, string, string, string, string][]} */
  const wanted = [
    [
      'Llama-3.2-1B-Instruct-Q4_K_M.gguf',
      'AMD Radeon RX 7900 XT',
      1,
      'llamacpp',
      'hf:meta-llama/Llama-3.2-1B-Instruct',
      'Q4_K_M',
      'amd-rx-7900-xt',
      'llama.cpp',
    ],
    [
      'Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf',
      'NVIDIA GeForce RTX 2080',
      1,
      'llamacpp',
      'hf:meta-llama/Llama-3.1-8B-Instruct',
      'Q4_K_M',
      'nvidia-rtx-2080',
      'llama.cpp',
    ],
    [
      'Meta-Llama-3.1-8B-Instruct-4bit',
      'Apple M4 Pro',
      1,
      'mlx',
      'hf:meta-llama/Llama-3.1-8B-Instruct',
      'mlx-4bit',
      'apple-m4-pro',
      'mlx',
    ],
    [
      'Qwen3.6-35B-A3B-NVFP4-Fast',
      'NVIDIA RTX 5880 Ada Generation',
      8,
      'vllm',
      'hf:Qwen/Qwen3.6-35B-A3B',
      'nvfp4',
      'nvidia-rtx-5880-ada',
      'vllm',
    ],
  ]
  return wanted.flatMap(([name, hardware, gpus, provider, model, quantization, gpu, engine]) => {
    const samples = results
      .filter((row) => row.model === name && row.hardwareName === hardware && row.gpuCount === gpus)
      .filter((row) => row.provider === provider)
      .map((row) => ({
        tokens_out: Math.round(row.avgOutputTokens),
        ttft_ms: null,
        decode_ms: null,
        total_ms: row.avgTotalMs,
      }))
    return figures('llmfit', [model, quantization, gpu, gpus, engine, 'single_stream'], ['e2e_tps'], samples)
  })
}

/**
 * LocalScore's database: a row per test of a run. Its generation timer covers all n_gen tokens.
 * @param {string} folder
 */
function readLocalScore(folder) {
  const database = new DatabaseSync(join(folder, 'localscore_sample.sqlite'), { readOnly: true })
  const rows = database
    .prepare(
      `SELECT accelerators.name AS accelerator, models.name AS model, quantization, n_gen, gen_tps, ttft_ms
       FROM test_results JOIN benchmark_runs ON benchmark_runs.id = benchmark_run_id
       JOIN accelerators ON accelerators.id = accelerator_id JOIN model_variants ON model_variants.id = model_variant_id
       JOIN models ON models.id = model_id WHERE accelerators.type = 'GPU'`,
    )
    .all()
  database.close()
  /** @type {[string, string, string, string][]} */
  const wanted = [
    ['NVIDIA GeForce RTX 3090', 'Meta Llama 3.1 8B Instruct', 'nvidia-rtx-3090', 'hf:meta-llama/Llama-3.1-8B-Instruct'],
    ['Apple M4 Max 12P+4E+40GPU', 'Meta Llama 3.1 8B Instruct', 'apple-m4-max', 'hf:meta-llama/Llama-3.1-8B-Instruct'],
    ['AMD Radeon RX 6650 XT', 'Llama 3.2 1B Instruct', 'amd-rx-6650-xt', 'hf:meta-llama/Llama-3.2-1B-Instruct'],
  ]
  return wanted.flatMap(([accelerator, name, gpu, model]) => {
    const samples = rows
      .filter((row) => row.accelerator === accelerator && row.model === name && row.quantization === 'Q4_K - Medium')
      .map((row) => ({
        tokens_out: Number(row.n_gen),
        ttft_ms: Number(row.ttft_ms),
        decode_ms: (Number(row.n_gen) * 1000) / Number(row.gen_tps),
        total_ms: null,
      }))
    /** @type {[string, string, string, number, string, string]} */
    const key = [model, 'Q4_K_M', gpu, 1, 'llamafile', 'single_stream']
    return figures('localscore', key, ['decode_tps', 'ttft_ms'], samples)
  })
}

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error(`usage: node tests/independent/${basename(import.meta.filename)} FOLDER   (a folder per raw source)`)
  process.exit(2)
}
const all = [
  ...readArgonne(join(folder, 'argonne')),
  ...readDstack(join(folder, 'dstack')),
  ...readLlmfit(join(folder, 'llmfit')),
  ...readLocalScore(join(folder, 'localscore')),
  ...readSplitwise(join(folder, 'splitwise')),
  ...readStrixHalo(join(folder, 'strix-halo-lhl')),
]
/** @param {Figure} figure */
const sortKey = ({ source, stratum, metric }) => [source, ...Object.values(stratum), metric].join('|')
console.log(
  JSON.stringify(
    all.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)),
    null,
    2,
  ),
)
