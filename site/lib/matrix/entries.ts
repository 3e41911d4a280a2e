import type { ConcurrencyBucket } from '../../../contracts/load.ts'
import type { CostFigures, Rent } from '../cost.ts'
import type { Figure } from '../figure.ts'
import type { Kind, MeasurementType } from '../labels.ts'

export type { Figure }

/** One row of the published matrix, as the matrix page and its script use it. */
export interface Entry {
  id: string
  kind: Kind
  source: string
  /** Positions in the lists of the same name. */
  model: number
  gpu: number
  engine: number
  /** What the engine computes with; `unknown` or `any` where that is not known. */
  backend: string
  quantization: string
  gpuCount: number
  type: MeasurementType
  /** Requests served at once. */
  load: ConcurrencyBucket
  evidence: string
  contributors: number
  /** Prompt-size buckets that the figures are rolled up over. */
  buckets: string[]
  firstMonth: string
  lastMonth: string
  figures: CostFigures
}

export interface Model {
  slug: string
  name: string
  paramsB: number | null
  /** Place in the list of what people look for; null outside it. */
  featured: number | null
}
export interface Gpu {
  id: string
  name: string
  vendor: string
  /** `consumer`, `workstation`, `datacenter` …: what columns are grouped by. */
  group: string
  featured: number | null
  memoryGb: number | null
  /** Whether the memory is shared with the CPU: `memoryGb` is then the largest size sold, not the measured one. */
  memoryShared: boolean
  /** What so many of them are rented for, by each number that was measured; empty without a listing. */
  rents: Readonly<Partial<Record<number, Rent>>>
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
