import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkRun } from '../contracts/index.ts'
import { type Catalogue, gpuNameOf } from './lib/catalogue.ts'
import type { ConversionLog } from './lib/conversion_log.ts'
import { dayOf } from './lib/day.ts'
import { curatedRow } from './lib/row.ts'
import { type Converter, runConverter } from './lib/run.ts'
import { ABOUT, FLAWS } from './mi300x_cmontemuino/about.ts'

const HELP = `
Usage: node curate/mi300x-cmontemuino.ts <raw-folder> [--out data]

Converts the latency results (Llama-3.1-8B_latency_*.json) of datasets/sample-results of
github.com/cmontemuino/amd-mi300x-ml-benchmarks: one row per batch. Writes curated/mi300x-cmontemuino/batches.jsonl and source.json.
`

const NAME = /^Llama-3\.1-8B_latency_bs(\d+)_in(\d+)_out(\d+)_float16_mem[\d.]+_(\d{8})_\d+\.json$/

/** The converter of the MI300X sample results. */
export const mi300x: Converter = { about: ABOUT, flaws: FLAWS, convert }

function convert(raw: string, catalogue: Catalogue, log: ConversionLog): Record<string, BenchmarkRun[]> {
  const rows = readdirSync(raw)
    .sort()
    .flatMap((name) => convertFile(raw, name, catalogue))
  log.countFlaw('power', rows.length)
  log.countFlaw('memory', rows.length)
  return { 'batches.jsonl': rows }
}

function convertFile(raw: string, name: string, catalogue: Catalogue): BenchmarkRun[] {
  const match = NAME.exec(name)
  if (match === null) return []
  const [batch, tokens_in, tokens_out] = match.slice(1, 4).map(Number) as [number, number, number]
  const { latencies } = JSON.parse(readFileSync(join(raw, name), 'utf8')) as { latencies: number[] }
  return latencies.map((seconds, index) =>
    curatedRow({
      origin: `datasets/sample-results/${name}#${index + 1}`,
      ts: dayOf(match[4]!),
      model_ref: 'hf:meta-llama/Llama-3.1-8B-Instruct',
      quantization: 'fp16',
      engine: 'vllm',
      engine_version: 'unknown',
      engine_backend: 'rocm',
      gpu_name: gpuNameOf(catalogue, 'amd-mi300x'),
      tokens_in,
      tokens_out,
      total_time_ms: seconds * 1000,
      concurrency: batch,
      measurement_type: batch === 1 ? 'single_stream' : 'batched_offline',
    }),
  )
}

if (import.meta.main) runConverter(mi300x, HELP)
