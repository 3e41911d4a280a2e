import type { ConcurrencyBucket } from '../../../contracts/load.ts'
import type { Listing } from '../cost.ts'
import type { Figure } from '../figure.ts'
import type { Kind, MeasurementType } from '../labels.ts'

export type { Figure }

/** The metrics that the answers rank by. */
export type AnswerMetric = 'decode_tps' | 'e2e_tps' | 'ttft_ms'
export type SpeedMetric = Exclude<AnswerMetric, 'ttft_ms'>
export const SPEED_METRICS: readonly SpeedMetric[] = ['decode_tps', 'e2e_tps']

/** One row of the published matrix: a model on a GPU × engine. */
export interface Run {
  /** The matrix row: its page is `cells/<id>/`. */
  id: string
  kind: Kind
  source: string
  gpu: string
  gpuCount: number
  engine: string
  backend: string
  quantization: string
  type: MeasurementType
  load: ConcurrencyBucket
  contributors: number
  buckets: string[]
  lastMonth: string
  figures: Partial<Record<AnswerMetric | 'output_tps', Figure>>
  /** Median board power over all GPUs, in watts; null if not measured. */
  powerW: number | null
}

export interface AnswerGpu {
  id: string
  name: string
  memoryGb: number | null
  tdpW: number | null
  /** On-demand list prices. */
  listings: Listing[]
}

/** All data behind the answers about one model: the content of answers/<slug>.json. */
export interface ModelAnswers {
  slug: string
  name: string
  gpus: AnswerGpu[]
  engines: { id: string; name: string }[]
  runs: Run[]
}
