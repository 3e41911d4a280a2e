import type { Metric } from '../../../contracts/metrics.ts'
import type { Names } from '../../../contracts/name_index.ts'
import type { Kind, MeasurementType } from '../labels.ts'

/** What a machine's samples are compared with: the published medians, and the names that resolve to them. */
export interface Reference {
  names: Names
  rows: PublishedRow[]
  /** Contributors that a community figure needs. */
  contributors: number
}

/** A spread of values in the unit of their metric. */
export interface Spread {
  n: number
  p25: number
  p50: number
  p75: number
}

/** What was run: figures of equal configuration may still differ in source. */
export interface Configuration {
  model: string
  quantization: string
  gpu: string
  gpuCount: number
  engine: string
  type: MeasurementType
}

/** A row of the published matrix. */
export interface PublishedRow extends Configuration {
  id: string
  kind: Kind
  source: string
  /** Prompt-size buckets that the figures are rolled up over. */
  buckets: string[]
  figures: Partial<Record<Metric, Spread>>
}
