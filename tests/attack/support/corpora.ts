import { appendFileSync, cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AnonymizedExport } from '../../../contracts/index.ts'
import { createRandom, type Random } from '../../bench/random.ts'
import { addSmallCatalogue } from '../../support/small_catalogue.ts'

/** Seeded corpora that are harder to publish than even ones. Their figures are invented and only ever measure the attacks. */

export const MONTHS = ['2026-08', '2026-09', '2026-10'] as const

const MACHINES = [
  {
    model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
    gpu_name: 'NVIDIA GeForce RTX 4090',
    vram_total_mb: 24564,
    quantization: 'Q4_K_M',
  },
  {
    model_ref: 'hf:openai/gpt-oss-20b',
    gpu_name: 'AMD Radeon RX 7900 XTX',
    vram_total_mb: 24560,
    quantization: 'MXFP4',
  },
  {
    model_ref: 'hf:Qwen/Qwen3-30B-A3B',
    gpu_name: 'NVIDIA GeForce RTX 3090',
    vram_total_mb: 24576,
    quantization: 'Q4_K_M',
  },
]
/** Versions by month: they come and go. */
const ENGINES = [
  { engine: 'vllm', versions: [['0.10.1'], ['0.10.1', '0.10.2'], ['0.10.2', '0.11.0']] },
  { engine: 'llama.cpp', versions: [['b6097', 'b6123'], ['b6123'], ['b6123', 'b6240']] },
]
const PROMPTS = [90, 300, 1000, 5000]
const LOADS = [1, 3, 6, 40]

/** A task of a contributor whose machine makes `speed` tokens/s; `changes` overrides members. */
export function task(random: Random, speed: number, month: string, changes: Partial<AnonymizedExport>): string {
  const out = 64 + random.int(400)
  return JSON.stringify({
    ts: `${month}-${String(1 + random.int(28)).padStart(2, '0')}T00:00:00Z`,
    tenant_id: `anon:${random.hex(16)}`,
    job_id: random.hex(32),
    ...MACHINES[0],
    engine: 'vllm',
    engine_version: '0.10.2',
    vram_used_mb_peak: 12_000 + random.int(8000),
    tokens_in: 300,
    tokens_out: out,
    first_token_ms: Number((random.lognormal(9000, 0.3) / speed).toPrecision(3)),
    decode_time_ms: Number((((out - 1) * 1000) / (speed * random.lognormal(1, 0.08))).toFixed(3)),
    exit: 'ok',
    gpu_count: 1,
    measurement_type: 'batched_online',
    timing_source: 'gateway',
    host_id: random.hex(16),
    ...changes,
  })
}

/** A task that did not end well. */
export const FAILED: Partial<AnonymizedExport> = {
  exit: 'error',
  tokens_out: 0,
  first_token_ms: null,
  decode_time_ms: null,
}

/** Appends lines to a file of a contributor, as its pull request would add them. */
export function addLines(dataDir: string, contributor: string, month: string, lines: string[], file = 'a'): void {
  const folder = join(dataDir, 'exports', contributor, month)
  mkdirSync(folder, { recursive: true })
  appendFileSync(join(folder, `${file}.jsonl`), `${lines.join('\n')}\n`)
}

/** Puts the policy of this repository and what the samples name of its catalogue into a data folder. */
export function addCatalog(dataDir: string): void {
  addSmallCatalogue(dataDir)
  cpSync('data/policy.json', join(dataDir, 'policy.json'))
}

/** Names that occur nowhere else, so that a scan of bytes finds them and only them. */
export const contributorName = (seed: number, index: number): string => `operator-${seed}x${index}q`

/**
 * A skewed month: few popular set-ups and many rare ones, contributors that come and go, own speeds far apart, and counts of samples
 * around every threshold.
 */
export function addSkewedMonth(dataDir: string, seed: number, monthIndex: number): void {
  for (let index = 0; index < 24; index++) {
    const lasting = createRandom(seed * 1009 + index)
    const [first, last] = [lasting.int(3) - 1, 1 + lasting.int(2)]
    const speed = lasting.lognormal(80, 0.3)
    if (monthIndex < first || monthIndex > last) continue
    const random = createRandom(seed * 7919 + index * 31 + monthIndex)
    const lines = Array.from({ length: 1 + random.int(4) }, () => setUpLines(random, speed, monthIndex)).flat()
    addLines(dataDir, contributorName(seed, index), MONTHS[monthIndex]!, lines)
  }
}

function setUpLines(random: Random, speed: number, monthIndex: number): string[] {
  const machine = MACHINES[random.uniform() < 0.75 ? 0 : random.int(MACHINES.length)]!
  const engine = ENGINES[random.uniform() < 0.7 ? 0 : 1]!
  const engine_version = random.pick(engine.versions[monthIndex]!)
  const favourite = random.uniform() < 0.7 ? 300 : random.pick(PROMPTS)
  const usual = random.uniform() < 0.8 ? 3 : random.pick(LOADS)
  const backend = random.uniform() < 0.9 ? {} : { engine_backend: random.pick(['cuda', 'vulkan'] as const) }
  return Array.from({ length: random.pick([1, 2, 4, 5, 6, 9, 12, 20, 40]) }, () => {
    const tokens_in = random.uniform() < 0.7 ? favourite : random.pick(PROMPTS)
    const failed = random.uniform() < 0.06 ? FAILED : {}
    const concurrency = random.uniform() < 0.9 ? usual : random.pick(LOADS)
    return task(random, speed, MONTHS[monthIndex]!, {
      ...machine,
      ...backend,
      engine: engine.engine,
      engine_version,
      tokens_in,
      concurrency,
      output_tps: Number((concurrency * speed * random.lognormal(0.8, 0.1)).toPrecision(3)),
      ...failed,
    })
  })
}

/** Samples of a set-up that the skewed months do not have. */
export function steadyLines(random: Random, count: number, month: string): string[] {
  const machine = { gpu_name: 'NVIDIA A100-SXM4-80GB', vram_total_mb: 81920, quantization: 'fp16' }
  const speed = 80 * random.lognormal(1, 0.04)
  return Array.from({ length: count }, () => task(random, speed, month, machine))
}

/** A cell of `people` contributors with alike speeds and ten samples each, of which none is left out. */
export function addSteadyCell(dataDir: string, seed: number, month: string, people: number): void {
  for (let index = 0; index < people; index++)
    addLines(dataDir, `steady-${seed}x${index}q`, month, steadyLines(createRandom(seed * 101 + index), 10, month))
}
