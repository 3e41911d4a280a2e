/**
 * An independent second reading of the raw sources, to check the pipeline against: it takes chosen strata straight from the
 * files as published, computes exact medians and prints them as JSON. It shares no code with the pipeline on purpose, so a
 * mistake in a converter, a formula or the aggregation cannot hide in both.
 *
 *   node tests/independent/figures.mjs FOLDER > tests/independent/figures.json
 *
 * FOLDER holds a folder per source, by the ids of data/curated. Node's own modules only.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * One request or repetition; null where the source does not say. `load` is how many requests ran at once, where a stratum has several loads.
 * @typedef {{ tokens_out: number, ttft_ms: number | null, decode_ms: number | null, total_ms: number | null, load?: number }} Sample
 * @typedef {{ model_id: string, quantization: string, gpu_id: string, gpu_count: number, engine: string, measurement_type: string, concurrency_bucket?: string }} Stratum
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
 * The same for samples of several loads: figures of each range of loads, which are never pooled.
 * @param {string} source
 * @param {[string, string, string, number, string, string]} key
 * @param {Metric[]} metrics
 * @param {Sample[]} samples
 * @returns {Figure[]}
 */
function figuresByLoad(source, key, metrics, samples) {
  const ranges = [2, 5, 9, 17, 33, 65, 129].map((least) => [least, 2 ** Math.ceil(Math.log2(least + 1))])
  return [...ranges, [257, Number.POSITIVE_INFINITY]].flatMap(([least = 0, most = 0]) => {
    const own = samples.filter(({ load = 0 }) => load >= least && load <= most)
    const concurrency_bucket = most > 256 ? 'gt256' : `${least}-${most}`
    if (own.length === 0) return []
    return figures(source, key, metrics, own).map((figure) => ({
      ...figure,
      stratum: { ...figure.stratum, concurrency_bucket },
    }))
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
    return figuresByLoad(
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
  /** @type {{ output_lens: number[], ttfts: number[], itls: number[][], errors: string[] } & ServingMeans} */
  const { output_lens, ttfts, itls, errors, ...means } = JSON.parse(readFileSync(path, 'utf8'))
  const load = inFlight(means)
  const requests = output_lens.map((tokens_out, at) => ({
    tokens_out,
    ttft_ms: (ttfts[at] ?? 0) * 1000,
    decode_ms: (itls[at] ?? []).reduce((sum, seconds) => sum + seconds, 0) * 1000,
    total_ms: null,
    load,
  }))
  return requests.filter(({ tokens_out }, at) => errors[at] === '' && tokens_out > 0)
}

/**
 * @typedef {{ completed: number, duration: number, total_output_tokens: number, mean_ttft_ms: number, mean_tpot_ms: number, mean_itl_ms?: number }} ServingMeans
 */

/**
 * Little's law: how many requests were in flight on average, from how many came each second and how long each stayed.
 * @param {ServingMeans} means
 */
function inFlight({
  completed,
  duration,
  total_output_tokens,
  mean_ttft_ms,
  mean_tpot_ms,
  mean_itl_ms = mean_tpot_ms,
}) {
  const decode = Math.min(mean_tpot_ms, mean_itl_ms) * (total_output_tokens / completed - 1)
  return Math.round(((completed / duration) * (mean_ttft_ms + decode)) / 1000)
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
        load: Number(row['Batch Size']),
      }))
    const compute = type === 'single_stream' ? figures : figuresByLoad
    return compute('argonne', [`hf:${model}`, 'unknown', gpu, gpus, engine, type], ['e2e_tps'], samples)
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

/**
 * A Markdown table: the rows below the line of titles that begins with `head`, as objects. `skip` tables with that head come before it.
 * @param {string} path
 * @param {string} head
 * @param {number} [skip]
 * @returns {Record<string, string>[]}
 */
function readTable(path, head, skip = 0) {
  const lines = readFileSync(path, 'utf8').split('\n')
  const starts = lines.flatMap((line, at) => (line.startsWith(head) ? [at] : []))
  const start = starts[skip] ?? Number.NaN
  /** @param {string} [line] */
  const cells = (line) =>
    (line ?? '')
      .replaceAll('**', '')
      .replace(/^\||\|\s*$/g, '')
      .split('|')
      .map((cell) => cell.trim())
  const names = cells(lines[start])
  const body = lines.slice(start + 2)
  const end = body.findIndex((line) => !line.includes('|'))
  return body
    .slice(0, end < 0 ? undefined : end)
    .map((line) => Object.fromEntries(cells(line).map((cell, at) => [names[at] ?? '', cell])))
}

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/**
 * The result blocks that serving benchmarks print, as means per request.
 * @param {string} path
 * @param {(block: string, at: number) => boolean} isWanted
 * @returns {Sample[]}
 */
function readBlocks(path, isWanted) {
  const blocks = readFileSync(path, 'utf8').split('Serving Benchmark Result').slice(1)
  return blocks
    .filter((block, at) => isWanted(block, at))
    .map((block) => {
      /** @param {string} label */
      const figure = (label) =>
        Number(
          block.split(`\n${label}:`).at(1)?.trim().split(/\s/)[0] ??
            block.split(`${label}:`).at(1)?.trim().split(/\s/)[0],
        )
      const tokens_out = Math.round(figure('Total generated tokens') / figure('Successful requests'))
      const total = block.includes('Mean E2E Latency') ? figure('Mean E2E Latency (ms)') : null
      return {
        tokens_out,
        ttft_ms: figure('Mean TTFT (ms)'),
        decode_ms: figure('Mean TPOT (ms)') * (tokens_out - 1),
        total_ms: total,
      }
    })
}

/** @type {Metric[]} */
const ALL_METRICS = ['decode_tps', 'ttft_ms', 'e2e_tps']

/**
 * AIPerf profiles: means over requests.
 * @param {string} folder
 */
function readConsumerBlackwell(folder) {
  const name = 'performance_benchmarks__rtx5090_1x__rag__qwen3-8b-bf16-rag-8k-c8__profile_export_aiperf.json'
  const profile = readJson(join(folder, name))
  const tokens_out = Math.round(profile.output_sequence_length.avg)
  const sample = {
    tokens_out,
    ttft_ms: profile.time_to_first_token.avg,
    decode_ms: profile.inter_token_latency.avg * (tokens_out - 1),
    total_ms: profile.request_latency.avg,
  }
  return figures(
    'consumer-blackwell',
    ['hf:Qwen/Qwen3-8B', 'bf16', 'nvidia-rtx-5090', 1, 'vllm', 'batched_online'],
    ALL_METRICS,
    [sample],
  )
}

/**
 * vLLM's serving results: means over 200 requests, five rates.
 * @param {string} folder
 */
function readIonet(folder) {
  const samples = readdirSync(folder)
    .filter((name) => name.endsWith('_Meta-Llama-3-70B-Instruct_sharegpt_2xNVIDIA-H100-PCIe.json'))
    .map((name) => readJson(join(folder, name)))
    .map(({ completed, total_output_tokens, mean_ttft_ms, mean_tpot_ms, ...rest }) => {
      const tokens_out = Math.round(total_output_tokens / completed)
      const load = inFlight({ completed, total_output_tokens, mean_ttft_ms, mean_tpot_ms, ...rest })
      return { tokens_out, ttft_ms: mean_ttft_ms, decode_ms: mean_tpot_ms * (tokens_out - 1), total_ms: null, load }
    })
  /** @type {[string, string, string, number, string, string]} */
  const key = ['hf:meta-llama/Meta-Llama-3-70B-Instruct', 'bf16', 'nvidia-h100-pcie-80gb', 2, 'vllm', 'batched_online']
  return figuresByLoad('ionet-4090-h100', key, ALL_METRICS, samples)
}

/**
 * llama-batched-bench at batch 1, whose first size holds the warm-up, and llama-bench.
 * @param {string} folder
 */
function readLlamacppBenches(folder) {
  const path = join(folder, 'mac-m2-ultra__mac-m2-ultra.md')
  const single = readTable(path, '|    PP |', 3).filter(({ B }) => B === '1')
  const batches = single.map((row, at) => ({
    tokens_out: Number(row.TG),
    ttft_ms: at === 0 ? null : Number(row['T_PP s']) * 1000,
    decode_ms: Number(row['T_TG s']) * 1000,
    total_ms: null,
  }))
  const tests = readTable(path, '| model ', 3).flatMap(({ test = '', 't/s': rate = '' }) => {
    const tokens = Number(/\d+/.exec(test)?.[0])
    const ms = (tokens * 1000) / Number.parseFloat(rate)
    if (test.startsWith('tg')) return [{ tokens_out: tokens, ttft_ms: null, decode_ms: ms, total_ms: null }]
    return test.includes('@') ? [] : [{ tokens_out: 1, ttft_ms: ms, decode_ms: null, total_ms: null }]
  })
  /** @type {[string, string, string, number, string, string]} */
  const key = ['hf:Qwen/Qwen2.5-Coder-7B', 'Q8_0', 'apple-m2-ultra', 1, 'llama.cpp', 'single_stream']
  return figures('llamacpp-benches', key, ALL_METRICS, [...batches, ...tests])
}

/**
 * Rates of tables of a README, as 128 tokens each.
 * @param {string} folder
 */
function readGeerling(folder) {
  const text = readFileSync(join(folder, 'README-upstream.md'), 'utf8')
  /** @type {[string, RegExp, string, string, string][]} */
  const wanted = [
    [
      '### Llama 3.2:3b',
      /^\| \[(Intel|Ryzen).*Nvidia (RTX )?4090\)/,
      'hf:meta-llama/Llama-3.2-3B-Instruct',
      'Q4_K_M',
      'nvidia-rtx-4090',
    ],
    [
      '### DeepSeek R1 14b',
      /^\| \[Intel.*RTX 3060\)/,
      'hf:deepseek-ai/DeepSeek-R1-Distill-Qwen-14B',
      'Q4_K_M',
      'nvidia-rtx-3060-12gb',
    ],
    ['### gpt-oss 20b', /^\| \[Intel.*RTX 4070 Ti\)/, 'hf:openai/gpt-oss-20b', 'mxfp4', 'nvidia-rtx-4070-ti'],
  ]
  return wanted.flatMap(([title, line, model, quantization, gpu]) => {
    const section = text.split(`${title}\n`)[1]?.split('\n###')[0] ?? ''
    const rates = section
      .split('\n')
      .filter((row) => line.test(row))
      .map((row) => Number(/([\d.]+) Tokens/.exec(row)?.[1]))
    const samples = rates.map((rate) => ({ tokens_out: 128, ttft_ms: null, decode_ms: 128_000 / rate, total_ms: null }))
    return figures(
      'geerling-ai-benchmarks',
      [model, quantization, gpu, 1, 'ollama', 'single_stream'],
      ['decode_tps'],
      samples,
    )
  })
}

/** @param {string} folder */
function readGpustack(folder) {
  const samples = readBlocks(join(folder, 'qwen3-14b__h100.md'), (_, at) => at === 2)
  return figures(
    'gpustack-perf-lab',
    ['hf:Qwen/Qwen3-14B', 'bf16', 'nvidia-h100-sxm5-80gb', 1, 'tensorrt-llm', 'batched_online'],
    ALL_METRICS,
    samples,
  )
}

/**
 * Iterations of up to 512 tokens; the first token of the short prompt is the start of the generator.
 * @param {string} folder
 */
function readMlx(folder) {
  const path = join(folder, 'macbook-pro-m4-max-128gb-40-core-gpu__Qwen3-8B-4bit.md')
  const samples = [0, 1].flatMap((table) =>
    readTable(path, '| Run |', table).map((row) => {
      const [first, total] = [Number(row['TTFT (s)']) * 1000, Number(row['Total Time (s)']) * 1000]
      const isLong = table === 1
      return {
        tokens_out: 512,
        ttft_ms: isLong ? first : null,
        decode_ms: total - first,
        total_ms: isLong ? total : null,
      }
    }),
  )
  return figures(
    'mlx-speed-tests',
    ['hf:Qwen/Qwen3-8B', 'mlx-4bit', 'apple-m4-max', 1, 'mlx', 'single_stream'],
    ALL_METRICS,
    samples,
  )
}

/** @param {string} folder */
function readRapidMlx(folder) {
  const name = readdirSync(folder).find((file) => file.includes('m3-ultra-qwen3-8b-4bit')) ?? ''
  const { config, buckets } = readJson(join(folder, name))
  const samples = Object.keys(buckets).flatMap((bucket) =>
    buckets[bucket].rounds_raw.map((/** @type {{ decode_tps: number, ttft_ms: number }} */ round) => {
      const tokens_out = config.buckets_spec[bucket].max_tokens
      return {
        tokens_out,
        ttft_ms: round.ttft_ms,
        decode_ms: ((tokens_out - 1) * 1000) / round.decode_tps,
        total_ms: null,
      }
    }),
  )
  return figures(
    'rapid-mlx-community',
    ['hf:Qwen/Qwen3-8B', 'mlx-4bit', 'apple-m3-ultra', 1, 'rapid-mlx', 'single_stream'],
    ALL_METRICS,
    samples,
  )
}

/** @param {string} folder */
function readLaptop(folder) {
  const rows = readCsv(join(folder, 'fit-bench-results.csv')).filter((row) => row.ngl === 'all' && row.offload === '')
  return [
    ['Qwen3.5-9B', 'Q4_K_M'],
    ['Qwen3.5-9B', 'Q5_K_M'],
  ].flatMap(([model, quant = '']) => {
    const samples = rows
      .filter((row) => row.model === model && row.quant === quant)
      .flatMap((row) => [
        { tokens_out: 1, ttft_ms: 4_096_000 / Number(row.pp4096_tps), decode_ms: null, total_ms: null },
        { tokens_out: 128, ttft_ms: null, decode_ms: 128_000 / Number(row.tg128_tps), total_ms: null },
      ])
    return figures(
      'rtx4070-laptop-ghost91',
      [`hf:Qwen/${model}`, quant, 'nvidia-rtx-4070-laptop', 1, 'llama.cpp', 'single_stream'],
      ['decode_tps', 'ttft_ms'],
      samples,
    )
  })
}

/** @param {string} folder */
function readRadeon(folder) {
  const path = join(folder, 'vulkan_benchmark_20251211_143639.txt')
  return [
    { tables: [0, 1], gpus: 1 },
    { tables: [2], gpus: 2 },
  ].flatMap(({ tables, gpus }) => {
    const tests = tables.flatMap((table) => readTable(path, '| model ', table))
    const samples = tests.map(({ test, 't/s': rate = '' }) =>
      test === 'pp512'
        ? { tokens_out: 1, ttft_ms: 512_000 / Number.parseFloat(rate), decode_ms: null, total_ms: null }
        : { tokens_out: 128, ttft_ms: null, decode_ms: 128_000 / Number.parseFloat(rate), total_ms: null },
    )
    return figures(
      'rx7900xtx-1337hero',
      ['hf:meta-llama/Llama-2-7b-hf', 'Q4_0', 'amd-rx-7900-xtx', gpus, 'llama.cpp', 'single_stream'],
      ['decode_tps', 'ttft_ms'],
      samples,
    )
  })
}

/**
 * llama-benchy at one request: pairs of lines of a prompt and of its answer.
 * @param {string} folder
 */
function readSpark(folder) {
  const names = readdirSync(folder).filter((name) => /^gpt-oss__gpt-oss-20b__mxfp4__0[1-6]-.*\.md$/.test(name))
  const samples = names.flatMap((name) => {
    const rows = readTable(join(folder, name), '| model ')
    return rows.flatMap((row, at) => {
      if (!/^tg.*\(c1\)$/.test(row.test ?? '')) return []
      const tokens_out = Number(/\d+/.exec(row.test ?? '')?.[0])
      const decode_ms = ((tokens_out - 1) * 1000) / Number.parseFloat(row['t/s (req)'] ?? '')
      return [
        { tokens_out, ttft_ms: Number.parseFloat(rows[at - 1]?.['e2e_ttft (ms)'] ?? ''), decode_ms, total_ms: null },
      ]
    })
  })
  return figures(
    'dgx-spark-devreng',
    ['hf:openai/gpt-oss-20b', 'mxfp4', 'nvidia-gb10', 1, 'vllm', 'single_stream'],
    ALL_METRICS,
    samples,
  )
}

/** @param {string} folder */
function readCookbook(folder) {
  const samples = readBlocks(join(folder, 'Qwen__Qwen3.md'), (block) => /^Max request concurrency: +1$/m.test(block))
  return figures(
    'sgl-cookbook',
    ['hf:Qwen/Qwen3-235B-A22B-Instruct-2507', 'bf16', 'nvidia-b200-180gb', 8, 'sglang', 'single_stream'],
    ALL_METRICS,
    samples,
  )
}

/** @param {string} folder */
function readSilicon(folder) {
  const row = readCsv(join(folder, 'silicon_sample.csv')).find(
    ({ model_path, system }) => model_path === 'nvidia/DeepSeek-V3.1-NVFP4' && system === 'gb200',
  )
  const tokens_out = Number(row?.osl)
  const sample = {
    tokens_out,
    ttft_ms: Number(row?.silicon_ttft_ms),
    decode_ms: Number(row?.silicon_tpot_ms) * (tokens_out - 1),
    total_ms: null,
  }
  return figures(
    'aiconfigurator-silicon',
    ['hf:deepseek-ai/DeepSeek-V3.1', 'nvfp4', 'nvidia-gb200-186gb', 8, 'tensorrt-llm', 'batched_online'],
    ALL_METRICS,
    [sample],
  )
}

/**
 * Latencies of batches of 2,048 tokens each: 16 lines per model on each of nine pages, the first of which states milliseconds.
 * @param {string} folder
 */
function readRocm(folder) {
  const pages = readdirSync(folder)
    .filter((name) => /^2025.*\.md$/.test(name))
    .sort()
  const lines = pages.flatMap((name, page) => {
    const table = readTable(join(folder, name), '| Model | Precision | TP Size | Batch Size |')
    return table.map((row, at) => ({
      is405: at >= 16,
      batch: Number(row['Batch Size']),
      ms: Number(Object.values(row).at(-1)) * (page === 0 ? 1 : 1000),
    }))
  })
  /** @type {[boolean, string, string][]} */
  const wanted = [
    [false, 'single_stream', 'hf:meta-llama/Llama-3.1-70B-Instruct'],
    [true, 'single_stream', 'hf:amd/Llama-3.1-405B-Instruct-FP8-KV'],
    [false, 'batched_offline', 'hf:meta-llama/Llama-3.1-70B-Instruct'],
  ]
  return wanted.flatMap(([is405, type, model]) => {
    const samples = lines
      .filter((line) => line.is405 === is405 && (line.batch === 1) === (type === 'single_stream'))
      .map(({ ms, batch }) => ({ tokens_out: 2048, ttft_ms: null, decode_ms: null, total_ms: ms, load: batch }))
    const compute = type === 'single_stream' ? figures : figuresByLoad
    return compute('rocm-vllm-mi300x', [model, 'fp8', 'amd-mi300x', 8, 'vllm', type], ['e2e_tps'], samples)
  })
}

/** @param {string} folder */
function readMlEnergy(folder) {
  const tasks = ['lm-arena-chat', 'gpqa', 'sourcegraph-fim']
  const rows = tasks.flatMap((task) => readJson(join(folder, `tasks__${task}.json`)).configurations)
  /** @type {[string, string, string, number][]} */
  const wanted = [
    ['google/gemma-3-27b-it', 'H100', 'nvidia-h100-sxm5-80gb', 1],
    ['Qwen/Qwen3-32B', 'H100', 'nvidia-h100-sxm5-80gb', 1],
    ['openai/gpt-oss-120b', 'H100', 'nvidia-h100-sxm5-80gb', 1],
  ]
  return wanted.flatMap(([model, label, gpu, gpus]) => {
    const samples = rows
      .filter((row) => row.model_id === model && row.gpu_model === label && row.num_gpus === gpus)
      .map((row) => {
        const tokens_out = Math.round(row.avg_output_len)
        const load = Math.round(row.avg_batch_size)
        return { tokens_out, ttft_ms: null, decode_ms: row.median_itl_ms * (tokens_out - 1), total_ms: null, load }
      })
    return figuresByLoad(
      'ml-energy',
      [`hf:${model}`, model.includes('gpt-oss') ? 'mxfp4' : 'bf16', gpu, gpus, 'vllm', 'batched_online'],
      ['decode_tps'],
      samples,
    )
  })
}

/** @param {string} folder */
function readEngineReadmes(folder) {
  const mlc = readTable(join(folder, 'mlc-llm-perf-bench-README.md'), '| Model      | GPU         |')
  const exl = readTable(join(folder, 'exllamav2-README.md'), '| Model ')
  const lms = readTable(join(folder, 'nexveridian-README.md'), '| Size (B) ')
  /** @type {[string, string, string, string, number, string | undefined][]} */
  const wanted = [
    [
      'hf:meta-llama/Llama-2-7b-hf',
      'int4',
      'nvidia-rtx-4090',
      'mlc-llm',
      256,
      mlc.find((row) => row.Model === 'Llama2-7B' && row.GPU === 'RTX 4090')?.['MLC LLM (tok/sec)'],
    ],
    [
      'hf:huggyllama/llama-13b',
      'gptq-int4',
      'nvidia-rtx-4090',
      'exllamav2',
      128,
      exl.find((row) => row.Size === '13B')?.['4090'],
    ],
    [
      'hf:Qwen/Qwen2.5-7B-Instruct',
      'Q4_K_M',
      'apple-m4-max',
      'lm-studio',
      128,
      lms.find((row) => row['Size (B)'] === '7' && row.Type === 'GUFF')?.['Speed (T/s)'],
    ],
  ]
  return wanted.flatMap(([model, quantization, gpu, engine, tokens_out, rate]) => {
    const sample = {
      tokens_out,
      ttft_ms: null,
      decode_ms: (tokens_out * 1000) / Number.parseFloat(rate ?? ''),
      total_ms: null,
    }
    return figures(
      'engine-readme-tables',
      [model, quantization, gpu, 1, engine, 'single_stream'],
      ['decode_tps'],
      [sample],
    )
  })
}

/** @param {string} folder */
function readLmdeploy(folder) {
  const samples = readTable(join(folder, 'a100_fp16.md'), '| batch | tp ')
    .filter(({ batch }) => batch === '1')
    .map((row) => {
      const tokens_out = Number(row.output_tokens)
      const [first, total] = [
        Number(row['FTL(ave)(s)']) * 1000,
        (tokens_out * 1000) / Number(row['throughput(out tok/s)']),
      ]
      return { tokens_out, ttft_ms: first, decode_ms: total - first, total_ms: total }
    })
  return figures(
    'lmdeploy-a100',
    ['hf:meta-llama/Llama-2-7b-chat-hf', 'fp16', 'nvidia-a100-sxm4-80gb', 1, 'lmdeploy', 'single_stream'],
    ALL_METRICS,
    samples,
  )
}

/** @param {string} folder */
function readMi300x(folder) {
  return [
    { batch: 1, type: 'single_stream' },
    { batch: 8, type: 'batched_offline' },
  ].flatMap(({ batch, type }) => {
    const names = readdirSync(folder).filter((name) => name.startsWith(`Llama-3.1-8B_latency_bs${batch}_`))
    const samples = names
      .flatMap((name) => readJson(join(folder, name)).latencies)
      .map((seconds) => ({ tokens_out: 128, ttft_ms: null, decode_ms: null, total_ms: seconds * 1000 }))
    return figures(
      'mi300x-cmontemuino',
      ['hf:meta-llama/Llama-3.1-8B-Instruct', 'fp16', 'amd-mi300x', 1, 'vllm', type],
      ['e2e_tps'],
      samples,
    )
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
  ...readConsumerBlackwell(join(folder, 'consumer-blackwell')),
  ...readIonet(join(folder, 'ionet-4090-h100')),
  ...readLlamacppBenches(join(folder, 'llamacpp-benches')),
  ...readGeerling(join(folder, 'geerling-ai-benchmarks')),
  ...readGpustack(join(folder, 'gpustack-perf-lab')),
  ...readMlx(join(folder, 'mlx-speed-tests')),
  ...readRapidMlx(join(folder, 'rapid-mlx-community')),
  ...readLaptop(join(folder, 'rtx4070-laptop-ghost91')),
  ...readRadeon(join(folder, 'rx7900xtx-1337hero')),
  ...readSpark(join(folder, 'dgx-spark-devreng')),
  ...readCookbook(join(folder, 'sgl-cookbook')),
  ...readSilicon(join(folder, 'aiconfigurator-silicon')),
  ...readRocm(join(folder, 'rocm-vllm-mi300x')),
  ...readMlEnergy(join(folder, 'ml-energy')),
  ...readEngineReadmes(join(folder, 'engine-readme-tables')),
  ...readLmdeploy(join(folder, 'lmdeploy-a100')),
  ...readMi300x(join(folder, 'mi300x-cmontemuino')),
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
