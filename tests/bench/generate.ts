import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom, type Random } from './random.ts'

/**
 * A seeded generator of export files for benchmarks and tests. Its figures are invented and only ever measure the pipeline:
 * nothing of it is published.
 */

export interface CorpusOptions {
  lines: number
  contributors: number
  seed: number
  /** Lines per file; 60,000 stay below the 25 MB that a file may have. */
  linesPerFile: number
  month: string
}

const STRATA = [
  {
    model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
    gpu_name: 'NVIDIA GeForce RTX 4090',
    vram: 24564,
    gpus: 1,
    tps: 95,
    ttft: 60,
    quantization: 'Q4_K_M',
  },
  {
    model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
    gpu_name: 'NVIDIA A100-SXM4-80GB',
    vram: 81920,
    gpus: 1,
    tps: 80,
    ttft: 45,
    quantization: 'fp16',
  },
  {
    model_ref: 'hf:meta-llama/Meta-Llama-3-70B',
    gpu_name: 'NVIDIA H100 80GB HBM3',
    vram: 326236,
    gpus: 4,
    tps: 45,
    ttft: 210,
    quantization: 'fp8',
  },
  {
    model_ref: 'hf:Qwen/Qwen3-30B-A3B',
    gpu_name: 'NVIDIA GeForce RTX 3090',
    vram: 24576,
    gpus: 1,
    tps: 110,
    ttft: 150,
    quantization: 'Q4_K_M',
  },
  {
    model_ref: 'hf:openai/gpt-oss-20b',
    gpu_name: 'AMD Radeon RX 7900 XTX',
    vram: 24560,
    gpus: 1,
    tps: 125,
    ttft: 180,
    quantization: 'MXFP4',
  },
  {
    model_ref: 'hf:openai/gpt-oss-120b',
    gpu_name: 'NVIDIA H100 80GB HBM3',
    vram: 163118,
    gpus: 2,
    tps: 140,
    ttft: 120,
    quantization: 'MXFP4',
  },
] as const
const ENGINES = [
  { engine: 'vllm', versions: ['0.10.1', '0.10.2', '0.11.0'], share: 0.5 },
  { engine: 'llama.cpp', versions: ['b6097', 'b6123', 'b6240'], share: 0.8 },
  { engine: 'sglang', versions: ['0.5.2', '0.5.3'], share: 1 },
] as const

/** Writes exports/<contributor>/<month>/part-<i>.jsonl below `dataDir`; returns the paths. Equal options give equal bytes. */
export async function generateCorpus(dataDir: string, options: CorpusOptions): Promise<string[]> {
  const files = Math.max(options.contributors, Math.ceil(options.lines / options.linesPerFile))
  const paths: string[] = []
  let written = 0
  for (let i = 0; i < files; i++) {
    const lines = Math.round(((i + 1) * options.lines) / files) - written
    written += lines
    const contributor = `contributor-${String(i % options.contributors).padStart(3, '0')}`
    const folder = join(dataDir, 'exports', contributor, options.month)
    mkdirSync(folder, { recursive: true })
    const path = join(folder, `part-${String(Math.floor(i / options.contributors)).padStart(4, '0')}.jsonl`)
    await writeLines(path, lines, createRandom(options.seed * 100_003 + i), i % options.contributors, options.month)
    paths.push(path)
  }
  return paths
}

async function writeLines(
  path: string,
  lines: number,
  random: Random,
  contributor: number,
  month: string,
): Promise<void> {
  const stream = createWriteStream(path)
  let chunk: string[] = []
  for (let i = 0; i < lines; i++) {
    chunk.push(exportLine(random, contributor, month))
    if (chunk.length === 5000 || i === lines - 1) {
      if (!stream.write(`${chunk.join('\n')}\n`)) await once(stream, 'drain')
      chunk = []
    }
  }
  stream.end()
  await once(stream, 'close')
}

/** One line of an export in the key order of the contract. */
export function exportLine(random: Random, contributor: number, month: string): string {
  const stratum = STRATA[(contributor + random.int(3)) % STRATA.length]!
  const draw = random.uniform()
  const engine = ENGINES.find((candidate) => draw < candidate.share)!
  const exit = draw < 0.96 ? 'ok' : random.pick(['cancel', 'error', 'reject'] as const)
  const ok = exit === 'ok'
  const tokensOut = ok ? twoDigits(random.lognormal(350, 0.9)) : 0
  const bias = 1 + 0.05 * Math.sin(contributor)
  const decode = ok
    ? Number((((tokensOut - 1) * 1000) / (stratum.tps * bias * random.lognormal(1, 0.12))).toFixed(3))
    : null
  return JSON.stringify({
    ts: `${month}-${String(1 + random.int(28)).padStart(2, '0')}T00:00:00Z`,
    tenant_id: `anon:${random.hex(2).repeat(8).slice(0, 16)}`,
    job_id: random.hex(32),
    model_ref: stratum.model_ref,
    engine: engine.engine,
    engine_version: random.pick(engine.versions),
    gpu_name: stratum.gpu_name,
    vram_total_mb: stratum.vram,
    vram_used_mb_peak: Math.floor(stratum.vram * (0.6 + 0.35 * random.uniform())),
    tokens_in: twoDigits(random.lognormal(700, 1.2)),
    tokens_out: tokensOut,
    first_token_ms: ok ? Number((stratum.ttft * bias * random.lognormal(1, 0.4)).toPrecision(3)) : null,
    decode_time_ms: decode,
    exit,
    gpu_count: stratum.gpus,
    quantization: stratum.quantization,
    measurement_type: 'batched_online',
    concurrency: 1 + random.int(16),
    timing_source: 'gateway',
  })
}

/** A count of tokens as an export states it: at least 1, two significant digits. */
function twoDigits(tokens: number): number {
  return Number(Math.ceil(tokens).toPrecision(2))
}
