import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { dayOf } from './lib/day.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './rapid_mlx/about.ts'

const HELP = `
Usage: node curate/rapid-mlx-community.ts <raw-folder> [--out data]

Converts the submissions (*.json) of community-benchmarks of github.com/raullenchai/Rapid-MLX: one row per round.
Writes curated/rapid-mlx-community/rounds.jsonl and source.json.
`

const GPUS: Record<string, string> = { 'Apple M3 Ultra': 'apple-m3-ultra', 'Apple M2 Max': 'apple-m2-max' }

interface Submission {
  submitted_at: string
  hardware: { chip: string; ram_gb: number; gpu_cores: number }
  software: { rapid_mlx: string }
  model: { hf_path: string }
  config: { buckets_spec: Record<string, { prompt_tokens: number; max_tokens: number }> }
  buckets: Record<string, { rounds_raw: { decode_tps: number; ttft_ms: number }[] }>
  peak_ram_mb?: number
}

/** The converter of the Rapid-MLX community benchmarks. */
export const rapidMlx: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const names = readdirSync(raw).filter((name) => /^\d{8}-.*\.json$/.test(name))
  const rows = names.sort().flatMap((name) => {
    const submission = JSON.parse(readFileSync(join(raw, name), 'utf8')) as Submission
    return convertSubmission(submission, `community-benchmarks/${name}`, catalogue)
  })
  log.countFlaw('cores', rows.length)
  log.countFlaw('early', rows.length)
  return { 'rounds.jsonl': rows }
}

function convertSubmission(submission: Submission, origin: string, catalogue: Catalogue): BenchmarkRun[] {
  const shared = sharedFields(submission, catalogue)
  return Object.entries(submission.buckets).flatMap(([bucket, { rounds_raw }], position) => {
    const { prompt_tokens: tokens_in, max_tokens: tokens_out } = submission.config.buckets_spec[bucket]!
    return rounds_raw.map(({ decode_tps, ttft_ms }, index) =>
      curatedRow({
        ...shared,
        origin: `${origin}#${position + 1}.${index + 1}`,
        tokens_in,
        tokens_out,
        first_token_ms: ttft_ms,
        decode_time_ms: ((tokens_out - 1) / decode_tps) * 1000,
        measurement_type: 'single_stream',
      }),
    )
  })
}

function sharedFields({ submitted_at, hardware, software, model, peak_ram_mb }: Submission, catalogue: Catalogue) {
  const { chip, ram_gb, gpu_cores } = hardware
  return {
    ...catalogue.repository(model.hf_path, 'rapid-mlx'),
    ts: dayOf(submitted_at),
    engine: 'rapid-mlx',
    engine_version: software.rapid_mlx,
    engine_backend: 'metal' as const,
    gpu_name: gpuNameOf(catalogue, GPUS[chip] ?? chip),
    vram_total_mb: ram_gb * 1024,
    vram_used_mb_peak: peak_ram_mb ?? null,
    machine: `${chip.replace('Apple ', '').toLowerCase().replaceAll(' ', '-')}-${gpu_cores}gpu-${ram_gb}gb`,
  }
}

if (import.meta.main) runConverter(rapidMlx, HELP)
