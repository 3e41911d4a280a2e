import type { ConcurrencyBucket } from '../../../contracts/load.ts'
import type { PromptBucket } from '../../../contracts/metrics.ts'
import type { AnswerMetric, Figure } from '../answers/types.ts'
import type { Kind, MeasurementType } from '../labels.ts'

/** The part of a published cell that comparisons use. */
export interface Cell {
  /** The matrix row: its page is `cells/<id>/`. */
  id: string
  kind: Kind
  source: string
  model: string
  quantization: string
  gpu: string
  gpuCount: number
  engine: string
  backend: string
  version: string
  type: MeasurementType
  load: ConcurrencyBucket
  bucket: PromptBucket
  month: string
  figures: Partial<Record<AnswerMetric, Figure>>
}

/** What is compared: GPUs on the same engine and version, engines on the same GPU, or models on the same GPU and engine. */
export const SIDES = ['gpus', 'engines', 'models'] as const
export type Side = (typeof SIDES)[number]

/** The column of a cell that a side is about. */
export const SIDE_COLUMNS = { gpus: 'gpu', engines: 'engine', models: 'model' } as const
export const SIDE_NAMES: Record<Side, { one: string; many: string }> = {
  gpus: { one: 'GPU', many: 'GPUs' },
  engines: { one: 'engine', many: 'engines' },
  models: { one: 'model', many: 'models' },
}

export interface ModelName {
  slug: string
  name: string
  paramsB: number | null
}

/** Names of what cells refer to by id. */
export interface Names {
  gpus: Record<string, string>
  engines: Record<string, string>
  models: Record<string, ModelName>
}

/** All published cells of one GPU, engine or model: the content of comparisons/<side>/<id>.json. */
export interface Subject {
  side: Side
  /** Its id in addresses; of a model its slug. */
  id: string
  name: string
  /** What is known of it besides: its memory, its parameters …, in words, the same titles for all of a side. */
  facts: [title: string, text: string][]
  cells: Cell[]
  names: Names
}

/** What can be compared, by side, and with what each shares most: the content of comparisons/index.json. */
export type CompareIndex = Record<Side, Listed[]>
export interface Listed {
  id: string
  name: string
  /** Of a model. */
  paramsB?: number | null
  /** Those that it shares most comparisons with, and how many. */
  shares: [id: string, comparisons: number][]
}

/** Most subjects of one comparison. */
export const MOST_SUBJECTS = 4
