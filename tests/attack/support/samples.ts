import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AnonymizedExport, Metric } from '../../../contracts/index.ts'
import { loadBucketOf } from '../../support/load_bucket.ts'
import { readFolder } from './publication.ts'

/** What a sample was measured on, in canonical names, and in which release. */
export interface SetUp {
  model_id: string
  quantization: string
  gpu_id: string
  gpu_count: number
  engine: string
  engine_version: string
  measurement_type: string
  concurrency_bucket: string
  engine_backend: string
  prompt_bucket: string
  month: string
}

/** A raw sample with its contributor: what no attacker may learn. Read by code of its own, not by the pipeline's. */
export interface Sample {
  contributor: string
  /** The file it lies in, relative to the data folder. */
  path: string
  setUp: SetUp
  line: AnonymizedExport
}

type Lookup = (name: string, month: string) => string | undefined

/** Every sample of the exports whose names the catalogue knows. */
export function readSamples(dataDir: string): Sample[] {
  const names = readNames(dataDir)
  return [...readFolder(join(dataDir, 'exports'))].flatMap(([path, bytes]) => {
    if (!path.endsWith('.jsonl')) return []
    const [contributor, month] = path.split('/') as [string, string]
    const lines = Buffer.from(bytes).toString('utf8').trim().split('\n')
    return lines.flatMap((text) => {
      const line = JSON.parse(text) as AnonymizedExport
      const setUp = describeSetUp(line, month, names)
      return setUp ? [{ contributor, path: `exports/${path}`, setUp, line }] : []
    })
  })
}

function describeSetUp(line: AnonymizedExport, month: string, names: Record<'gpu' | 'model' | 'weights', Lookup>) {
  const model =
    names.model(line.model_ref, month) ?? names.model(line.model_ref.split('/').slice(0, 2).join('/'), month)
  const gpu = names.gpu(line.gpu_name, month)
  const quantization = line.quantization === undefined ? 'unknown' : names.weights(line.quantization, month)
  if (model === undefined || gpu === undefined || quantization === undefined) return null
  return {
    model_id: model,
    quantization,
    gpu_id: gpu,
    gpu_count: line.gpu_count ?? 1,
    engine: line.engine,
    engine_version: line.engine_version,
    measurement_type: line.measurement_type ?? 'batched_online',
    concurrency_bucket: loadBucketOf(line),
    engine_backend: line.engine_backend ?? 'unknown',
    prompt_bucket: bucketOfPrompt(line.tokens_in),
    month,
  }
}

function readNames(dataDir: string): Record<'gpu' | 'model' | 'weights', Lookup> {
  const read = (name: string) => JSON.parse(readFileSync(join(dataDir, 'catalog', name), 'utf8'))
  return {
    gpu: lookup(read('gpus.json').gpus),
    model: lookup(read('models.json').models),
    weights: lookup(read('models.json').quantizations),
  }
}

interface NamedEntry {
  id: string
  name?: string
  aliases: string[]
  names_since?: Record<string, string>
}

/** A name learnt later means nothing in exports of earlier months. */
function lookup(entries: NamedEntry[]): Lookup {
  const ids = new Map(
    entries.flatMap(({ id, name, aliases, names_since = {} }) =>
      [id, name ?? id, ...aliases].map((word) => [word.toLowerCase(), { id, since: names_since[word] ?? '' }]),
    ),
  )
  return (name, month) => {
    const found = ids.get(name.toLowerCase())
    return found !== undefined && found.since <= month ? found.id : undefined
  }
}

const PROMPT_BOUNDS: [number, string][] = [
  [128, 'le128'],
  [512, 'le512'],
  [2048, 'le2k'],
  [8192, 'le8k'],
  [32768, 'le32k'],
]

function bucketOfPrompt(tokens: number): string {
  return PROMPT_BOUNDS.find(([most]) => tokens <= most)?.[1] ?? 'gt32k'
}

/** The value of a metric where the sample counts for it, else null. */
export function measure({ line, setUp }: Sample, metric: Metric): number | null {
  if (line.exit !== 'ok') return null
  const { first_token_ms: first, decode_time_ms: decode, tokens_out: out } = line
  const counted = line.tokens_estimated !== true
  const firstCounts =
    out >= 1 && line.cold_start !== true && (line.streamed !== false || line.timing_source === 'engine')
  if (metric === 'decode_tps') return counted && out >= 32 && decode! >= 250 ? ((out - 1) * 1000) / decode! : null
  if (metric === 'e2e_tps') return counted ? (out * 1000) / (first! + decode!) : null
  if (metric === 'ttft_ms') return firstCounts ? first! : null
  if (!firstCounts || setUp.measurement_type !== 'single_stream') return null
  return ((line.tokens_in - (line.tokens_in_cached ?? 0)) * 1000) / first!
}

/** The bucket of a value in a base-2 logarithmic histogram of 32 buckets per octave. */
export function bucketOf(value: number): number {
  return Math.ceil(Math.log2(value) * 32)
}
