import type { AnonymizedExport, BenchmarkRun, Engine, Gpu, Model, Price, Source } from '../../../contracts/index.ts'

/** Entries of a data folder with plain values, of which a test changes what it is about. */

export const aGpu = (id: string, name: string, over: Partial<Gpu> = {}): Gpu => ({
  id,
  name,
  vendor: 'maker',
  class: 'datacenter',
  memory_gb: 24,
  memory_shared: false,
  bandwidth_gbps: 1000,
  // Without one, no speed is implausible.
  bandwidth_ceiling_gbps: null,
  tdp_w: 300,
  released: 2024,
  aliases: [`raw ${id}`],
  source: 'Invented for a test.',
  confidence: 'unknown',
  ...over,
})

export const aModel = (id: string, slug: string, name: string, over: Partial<Model> = {}): Model => ({
  id,
  slug,
  name,
  family: 'Family',
  params_b: 8,
  active_params_b: 8,
  default_quantization: null,
  aliases: [],
  source: 'Invented for a test.',
  confidence: 'unknown',
  ...over,
})

export const anEngine = (id: string, name: string): Engine => ({
  id,
  name,
  url: 'https://engine.example/',
  aliases: [],
  source: 'Invented for a test.',
})

export const aPrice = (gpuId: string, usdPerHour: number, over: Partial<Price> = {}): Price => ({
  gpu_id: gpuId,
  gpu_count: 1,
  provider: 'host',
  region: null,
  term: 'on-demand',
  usd_per_hour: usdPerHour,
  as_of: '2026-10-01',
  source: 'Invented for a test.',
  ...over,
})

export const aSource = (id: string, rows: number, over: Partial<Source> = {}): Source => ({
  id,
  title: `Laboratory ${id}`,
  url: 'https://source.example/',
  revision: '1',
  licence: 'MIT',
  attribution: 'Invented for a test.',
  retrieved: '2026-10-01',
  published: '2026-09',
  method: 'Invented for a test.',
  measurement_types: ['single_stream'],
  estimated: [],
  flaws: [],
  rows: { read: rows, converted: rows, dropped: [] },
  ...over,
})

/** A curated run of `tps` tokens per second. */
export const aRun = (origin: string, tps: number, over: Partial<BenchmarkRun>): BenchmarkRun => ({
  origin,
  ts: '2026-09-01T00:00:00Z',
  model_ref: 'hf:org/model',
  engine: 'vllm',
  engine_version: '1.0.0',
  gpu_name: 'raw gpu',
  gpu_count: 1,
  vram_total_mb: 24_000,
  vram_used_mb_peak: 20_000,
  tokens_in: 300,
  tokens_out: 401,
  first_token_ms: 80,
  decode_time_ms: Number((400_000 / tps).toFixed(3)),
  total_time_ms: null,
  exit: 'ok',
  measurement_type: 'single_stream',
  concurrency: 1,
  quantization: 'Q4_K_M',
  runs: 1,
  ...over,
})

/** A shared sample of `tps` tokens per second. */
export const aSample = (job: string, tps: number, over: Partial<AnonymizedExport>): AnonymizedExport => ({
  ts: '2026-10-05T00:00:00Z',
  tenant_id: 'anon',
  job_id: job,
  model_ref: 'hf:org/model',
  engine: 'vllm',
  engine_version: '1.0.0',
  gpu_name: 'raw gpu',
  vram_total_mb: 24_000,
  vram_used_mb_peak: 20_000,
  tokens_in: 300,
  tokens_out: 401,
  first_token_ms: 80,
  decode_time_ms: Number((400_000 / tps).toFixed(3)),
  exit: 'ok',
  quantization: 'Q4_K_M',
  measurement_type: 'single_stream',
  ...over,
})
