import type { PromptBucket } from '../../../contracts/metrics.ts'
import type { AnswerGpu, ModelAnswers } from '../answers/types.ts'

/** What a configuration delivered at one load. All figures are medians. */
export interface Level {
  /** The matrix row: its page is `cells/<id>/`. */
  id: string
  /** Requests served at once. */
  users: number
  /** Decode speed of one user, tok/s; null if not measured. */
  tps: number | null
  ttftMs: number | null
  /** Output tokens per second of all users together. */
  outputTps: number
  /** Whether throughput follows from concurrency and latency (Little's law). */
  isDerived: boolean
  /** Measured board power over all GPUs; null if not measured. */
  powerW: number | null
  n: number
  lastMonth: string
}

/** One deployment of a source at one prompt and output size, with the loads it was measured at, lowest first. */
export interface Configuration {
  source: string
  gpu: string
  gpuCount: number
  engine: string
  backend: string
  quantization: string
  prompt: PromptBucket
  output: PromptBucket
  /** Whether the requests of a load start together instead of arriving while others run. */
  isOffline: boolean
  /** Prompt tokens per second of one user, at this prompt size; null if not measured. */
  prefillTps: number | null
  levels: Level[]
}

/** The data behind /serving for one model: the content of serving/<slug>.json. */
export interface ServingModel {
  slug: string
  name: string
  gpus: AnswerGpu[]
  engines: ModelAnswers['engines']
  configurations: Configuration[]
  /** Runs of one user, whose costs are a section of their own. */
  runs: ModelAnswers['runs']
}
