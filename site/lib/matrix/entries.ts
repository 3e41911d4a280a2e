import type { Metric } from '../../../contracts/metrics.ts'
import type { Kind, MeasurementType } from '../labels.ts'

/** The distribution behind one figure. Values in the unit of the metric. */
export interface Figure {
  n: number
  p25: number
  p50: number
  p75: number
  /** 95 % interval of the median; only for ranked community figures. */
  interval: [low: number, high: number] | null
}

/** One row of the published matrix, as the matrix page and its script use it. */
export interface Entry {
  id: string
  kind: Kind
  source: string
  /** Positions in the lists of the same name. */
  model: number
  gpu: number
  engine: number
  quantization: string
  gpuCount: number
  type: MeasurementType
  evidence: string
  contributors: number
  /** Prompt-size buckets that the figures are rolled up over. */
  buckets: string[]
  firstMonth: string
  lastMonth: string
  figures: Partial<Record<Metric, Figure>>
}

export interface Model {
  slug: string
  name: string
  paramsB: number | null
}
/** The cheapest on-demand rental on record, per GPU and hour. */
export interface Rent {
  usdPerHour: number
  provider: string
  asOf: string
}
export interface Gpu {
  id: string
  name: string
  vendor: string
  memoryGb: number | null
  /** Whether the memory is shared with the CPU: `memoryGb` is then the largest size sold, not the measured one. */
  memoryShared: boolean
  rent: Rent | null
}
export interface Named {
  id: string
  name: string
}

/** Everything that the matrix page shows, with names. */
export interface Matrix {
  models: Model[]
  gpus: Gpu[]
  engines: Named[]
  sources: Named[]
  entries: Entry[]
}
