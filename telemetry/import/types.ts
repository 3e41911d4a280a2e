import type { TelemetryEvent } from '../../contracts/index.ts'

/** A position in the input: the file, the line (from 1), and the item within it, for example `request 17`. */
export interface Place {
  file: string
  line: number
  item?: string
}

/**
 * Something that was read and not converted. `skipped`: for a reason that the help text names; `invalid`: the input is
 * not what the tool writes, or lacks what only an option can give.
 */
export interface Problem {
  kind: 'skipped' | 'invalid'
  place: Place
  /** How many repetitions or requests it concerns; 0 if the row does not give them. */
  units: number
  reason: string
}

/** A JSON value of the input with the line at which it begins. */
export interface InputDocument {
  file: string
  line: number
  value: unknown
}

/** One sample as read, before anonymisation. */
export interface ImportedEvent {
  event: TelemetryEvent
  place: Place
}

export interface Reading {
  events: ImportedEvent[]
  problems: Problem[]
  /** Repetitions or requests read. */
  units: number
}

/** The options, which give what the file does not, or override it. */
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
}

/** A benchmark tool whose output files can be imported. */
export interface BenchTool {
  name: string
  /** One line for the list of tools. */
  summary: string
  /** What one measurement of the tool is called. */
  unit: 'repetition' | 'request'
  /** How many of those go into one sample. */
  unitsPerEvent: number
  /** Options without which no file of the tool can be converted. */
  requires: readonly { option: keyof ImportOptions; flag: string; why: string }[]
  /** How the tool writes the files that are read, for the message on files that are not. */
  produce: string
  /** The description of the mapping for the help text. */
  help: string
  read: (documents: readonly InputDocument[], options: ImportOptions) => Reading
}
