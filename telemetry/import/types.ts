import type { BenchmarkRun, TelemetryEvent } from '../../contracts/index.ts'

/** A position in the input: the file, the line (from 1), and the item within it, for example `request 17`. */
export interface Place {
  file: string
  line: number
  item?: string
}

/**
 * Something that was read and not converted. `skipped`: for a reason that lies in what was measured; `invalid`: the input is not what the
 * tool writes; `note`: nothing is lost by it.
 */
export interface Problem {
  kind: 'skipped' | 'invalid' | 'note'
  place: Place
  /** How many measurements it concerns; 0 if the row does not give them. */
  units: number
  reason: string
}

/** One value, table row or stretch of text of the input, with the line at which it begins. */
export interface InputDocument {
  file: string
  line: number
  form: 'json' | 'csv' | 'markdown' | 'sql' | 'text'
  /** A JSON value; a row by the names of its columns; or the text itself. */
  value: unknown
  /** The text around the values of the file: what a program printed besides. */
  context?: string
  /** Of a row of a table: the text between the table before and this one, and between this one and the next. */
  above?: string
  below?: string
  /** Lines of a stretch of text. */
  lines?: number
}

/** The fields of a measurement that an option can give, or replace. */
export interface Named {
  ts?: string
  model_ref?: string
  engine?: string
  engine_version?: string
  gpu_name?: string
  gpu_count?: number
  vram_total_mb?: number
  quantization?: string
}

/** What holds for all measurements of a run, as far as the file tells; in the names of the contract. */
export type Facts = Named &
  Partial<
    Pick<
      TelemetryEvent,
      | 'concurrency'
      | 'speculative'
      | 'driver_version'
      | 'timing_source'
      | 'weights_mb'
      | 'kv_cache_dtype'
      | 'engine_backend'
      | 'speculative_method'
      | 'tensor_parallel'
      | 'pipeline_parallel'
      | 'data_parallel'
      | 'expert_parallel'
    >
  > & { measurement_type?: TelemetryEvent['measurement_type'] }

/** What a sample holds beside the facts of its run. */
export type SampleFigures = Pick<
  TelemetryEvent,
  'tokens_in' | 'tokens_out' | 'first_token_ms' | 'decode_time_ms' | 'exit'
> &
  Partial<
    Pick<
      TelemetryEvent,
      'tokens_in_cached' | 'pieces' | 'output_tps' | 'cold_start' | 'streamed' | 'vram_used_mb_peak' | 'speculative'
    >
  >

/** What a run holds beside its facts; times that the file does not give are null. */
export type RunFigures = Pick<
  BenchmarkRun,
  'tokens_in' | 'tokens_out' | 'first_token_ms' | 'decode_time_ms' | 'total_time_ms' | 'runs'
> &
  Partial<
    Omit<BenchmarkRun, 'origin' | 'exit' | 'tokens_in' | 'tokens_out' | 'first_token_ms' | 'decode_time_ms' | 'runs'>
  >

/** What identifies a measurement: the tool, and for each part of it the row that it comes from and its number there. */
export interface Identity {
  tool: string
  parts: readonly { row: unknown; number: number }[]
}

/** One measurement as read: a task (`sample`), or the summary of several or of a part of one (`run`). */
export type Draft = {
  facts: Facts
  place: Place
  identity: Identity
  units: number
  /** What else the file says of the model, for whoever is asked for its name. */
  hint?: string
} & ({ kind: 'sample'; figures: SampleFigures } | { kind: 'run'; figures: RunFigures })

export interface Reading {
  drafts: Draft[]
  problems: Problem[]
  /** Measurements read. */
  units: number
}

/** The options, which give what the file does not, or replace what it says. */
export interface ImportOptions {
  gpu?: string
  gpuCount?: number
  engine?: string
  engineVersion?: string
  model?: string
  quantization?: string
  vramTotalMb?: number
  /** YYYY-MM-DD */
  date?: string
  /** llama-bench: n_gpu_layers below 99 are all layers of the model. */
  allLayers?: boolean
}

/** The output of one benchmark, told by its content. */
export interface Format {
  name: string
  /** One line for the list of formats. */
  summary: string
  /** What one measurement of the tool is called. */
  unit: 'repetition' | 'request' | 'run'
  /** Whether a document is of this format. */
  detect: (document: InputDocument) => boolean
  /** The description of the mapping for the help text. */
  help: string
  read: (documents: readonly InputDocument[], options: ImportOptions) => Reading
}
