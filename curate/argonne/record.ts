import type { Gpu, Model } from '../../contracts/index.ts'
import type { Catalogue } from '../lib/catalogue.ts'
import type { ConversionLog } from '../lib/conversion_log.ts'

/** Labels of the source that name several parts, and the part that each is mapped to. */
const GPUS: Record<string, string> = {
  'AMD MI250 GPU': 'amd-mi250',
  'Intel PVC GPU': 'intel-max-1550',
  'Nvidia A100 GPU': 'nvidia-a100-sxm4-40gb',
  'Nvidia GH200 GPU': 'nvidia-gh200-96gb',
  'Nvidia H100 GPU': 'nvidia-h100-sxm5-80gb',
}

/** One record of a CSV file with its names resolved. */
export interface RunRecord {
  origin: string
  gpu: Gpu
  gpu_count: number
  engine: string
  model: Model
  length: number
  batch: number
  /** The latencies in seconds, as in the source. */
  latencies: (number | null)[]
}

/** Resolves a record. Drops it, and returns null, if a name is unknown or the first latency is not a positive number. */
export function readRecord(
  fields: Record<string, string>,
  origin: string,
  columns: { length: string; latencies: string[] },
  catalogue: Catalogue,
  log: ConversionLog,
): RunRecord | null {
  const label = fields.Hardware ?? ''
  const gpu = catalogue.gpu(GPUS[label] ?? label)
  const engine = catalogue.engine(fields.Framework ?? '')
  const model = catalogue.model(fields.Model ?? '')
  if (gpu === null || engine === null || model === null) {
    log.drop('unknown hardware, framework or model', `${origin} (${label}, ${fields.Framework}, ${fields.Model})`)
    return null
  }
  const latencies = columns.latencies.map((column) => positive(fields[column]))
  if (latencies[0] === null) {
    log.drop('latency missing or not a positive number', origin)
    return null
  }
  const gpu_count = Number(fields['Num of Hardware'])
  const length = Number(fields[columns.length])
  return { origin, gpu, gpu_count, engine, model, length, batch: Number(fields['Batch Size']), latencies }
}

/** The fields of a curated row that both files share. */
export function sharedFields(record: RunRecord) {
  return {
    origin: record.origin,
    model_ref: record.model.id,
    engine: record.engine,
    engine_version: 'unknown',
    gpu_name: record.gpu.name,
    gpu_count: record.gpu_count,
    tokens_in: record.length,
    measurement_type: record.batch === 1 ? ('single_stream' as const) : ('batched_offline' as const),
    concurrency: record.batch,
  }
}

/** Identifies a configuration. */
export function configurationOf({ gpu, gpu_count, engine, model, batch }: RunRecord, length: number): string {
  return [gpu.id, gpu_count, engine, model.id, length, batch].join(' ')
}

function positive(text: string | undefined): number | null {
  const value = Number(text?.trim() || Number.NaN)
  return Number.isFinite(value) && value > 0 ? value : null
}
