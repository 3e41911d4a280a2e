import type { ConcurrencyBucket } from '../../../contracts/load.ts'
import type { Figure } from '../figure.ts'
import type { Entry, Matrix } from '../matrix/entries.ts'
import type { Speed } from '../speed.ts'

/** A GPU of the catalogue, measured or not. */
export interface CatalogueGpu {
  id: string
  name: string
  group: string
  memoryGb: number | null
  memoryShared: boolean
  bandwidthGbps: number | null
  featured: number | null
}

/** A model of the catalogue, or one with figures that it does not list. */
export interface CatalogueModel {
  slug: string
  /** `hf:Qwen/Qwen3-8B`; without a prefix where the catalogue does not list it. */
  id: string
  name: string
  family: string
  paramsB: number | null
  activeB: number | null
  featured: number | null
}

/** What is known beside the figures: every GPU and model that one can ask for, and the bits per weight of each precision. */
export interface Catalogue {
  gpus: CatalogueGpu[]
  models: CatalogueModel[]
  bits: Record<string, number>
}

/** All that answers follow from. */
export interface Facts {
  matrix: Matrix
  catalogue: Catalogue
}

export const CRITERIA = ['speed', 'cost', 'ttft', 'size'] as const
export type Criterion = (typeof CRITERIA)[number]

/** I have … and want … for …. Empty texts and null ask for nothing in particular. */
export interface Question {
  /** The id of a GPU; one that the catalogue does not have is kept, so that the answer can say so. */
  gpu: string
  count: number | 'any'
  /** USD per hour for all GPUs. */
  budget: number | null
  /** The slug of a model. */
  model: string
  /** Most parameters, in billions. */
  upTo: number | null
  users: number
  /** First token within so many milliseconds. */
  ttft: number | null
  /** Tokens per second for each user. */
  tps: number | null
  /** What makes an answer the best one; empty for what suits the question. */
  by: Criterion | ''
}

/** A measured answer: a published row, with what decides its place. */
export interface Bar {
  entry: Entry
  speed: Speed
  ttft: Figure | undefined
  cost: Figure | null
}

/** A speed that nothing measured, from memory bandwidth and the efficiency of similar measured pairs. */
export interface Estimate {
  tps: number
  quantization: string
  /** Weights read per token, in GB. */
  readGb: number
  /** Weights in memory, in GB. */
  weightsGb: number
  /** Whether the weights fit into the memory of the GPU; null where its size is not known. */
  fits: boolean | null
  /** Share of the bandwidth that similar pairs made use of. */
  efficiency: number
  /** Measured pairs that it follows from. */
  pairs: number
}

/** How far estimates are from measured values: half of them within `half`, nine of ten within `most`, as factors. */
export interface BackTest {
  pairs: number
  half: number
  most: number
}

/** The answer to a question with the same question that a change would make, and how many results it has. */
export interface WayOut {
  text: string
  question: Question
  results: number
}

export interface Answer {
  question: Question
  by: Criterion
  /** One per GPU, model or configuration, whichever the question leaves open; best first. */
  bars: Bar[]
  /** Rows that the question covers but a limit leaves out, by reason. */
  left: { reason: string; rows: number }[]
  /** Where nobody measured so many users: the results at the highest load that was measured, best first. */
  lower: Bar[]
  /** The highest load among them. */
  measuredTo: ConcurrencyBucket | null
  /** What the catalogue does not know. */
  unknown: { gpu?: string; model?: string }
  /** Figures of the nearest GPUs and models, where the pair was not measured. */
  nearest: Bar[]
  estimate: Estimate | null
  waysOut: WayOut[]
}
