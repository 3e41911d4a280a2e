import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  engine,
  engineVersion,
  gpuCount,
  gpuName,
  modelRef,
  PATTERNS,
  quantization,
  vramTotalMb,
} from '../../contracts/index.ts'
import { modelRefOfAnswer } from '../import/complete_drafts.ts'
import type { Format, ImportOptions } from '../import/types.ts'
import { checkCount, checkText } from './check_option.ts'
import { suggest, UsageError } from './usage_error.ts'

export interface ImportArguments {
  /** The format that the operator names; without it every file tells by its content. */
  format?: Format
  files: string[]
  options: ImportOptions
  out?: string
  force: boolean
  verbose: boolean
  yes: boolean
  help: boolean
}

export const IMPORT_OPTIONS = {
  gpu: { type: 'string' },
  'gpu-count': { type: 'string' },
  engine: { type: 'string' },
  'engine-version': { type: 'string' },
  model: { type: 'string' },
  quantization: { type: 'string' },
  'vram-total-mb': { type: 'string' },
  date: { type: 'string' },
  'all-layers': { type: 'boolean' },
  out: { type: 'string', complete: 'file' },
  force: { type: 'boolean' },
  verbose: { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** The text options by what they give: how each is checked, on the command line and as an answer. */
const READERS = {
  gpu: (value?: string) => checkText('--gpu', value, gpuName, 'gpu_name'),
  gpuCount: (value?: string) => checkCount('--gpu-count', value, gpuCount),
  engine: (value?: string) => checkText('--engine', value, engine, 'engine'),
  engineVersion: (value?: string) => checkText('--engine-version', value, engineVersion, 'engine_version'),
  model: (value?: string) => checkText('--model', value && modelRefOfAnswer(value), modelRef, 'model_ref'),
  quantization: (value?: string) => checkText('--quantization', value, quantization, 'quantization'),
  vramTotalMb: (value?: string) => checkCount('--vram-total-mb', value, vramTotalMb),
  date: checkDate,
}

/**
 * Reads the arguments of `orch import [FORMAT] FILE…`.
 *
 * @throws UsageError if they cannot be used
 */
export function readImportArguments(args: readonly string[], formats: readonly Format[]): ImportArguments {
  const { values, positionals } = parse(args)
  const { format, files } = readOperands(positionals, formats)
  return {
    format,
    files,
    options: {
      gpu: READERS.gpu(values.gpu),
      gpuCount: READERS.gpuCount(values['gpu-count']),
      engine: READERS.engine(values.engine),
      engineVersion: READERS.engineVersion(values['engine-version']),
      model: READERS.model(values.model),
      quantization: READERS.quantization(values.quantization),
      vramTotalMb: READERS.vramTotalMb(values['vram-total-mb']),
      date: READERS.date(values.date),
      allLayers: values['all-layers'],
    },
    out: values.out,
    force: values.force ?? false,
    verbose: values.verbose ?? false,
    yes: values.yes ?? false,
    help: values.help ?? false,
  }
}

/** The value of an option that the operator typed when asked; throws UsageError if it cannot be used. */
export function readAnswer(option: keyof ImportOptions, answer: string): string | number | undefined {
  return option === 'allLayers' ? undefined : READERS[option](answer)
}

/** A first word that is the name of a format, and of no file, names the format. */
function readOperands(
  [first, ...rest]: string[],
  formats: readonly Format[],
): Pick<ImportArguments, 'format' | 'files'> {
  if (first === undefined) return { files: [] }
  const format = formats.find(({ name }) => name === first)
  if (format) return { format, files: rest }
  if (first === '-' || /[./\\]/.test(first) || existsSync(first)) return { files: [first, ...rest] }
  const names = formats.map(({ name }) => name)
  throw new UsageError(
    `orch import: "${first}" is neither a file nor a format. ${suggest(first, names)}\nSee orch import --help`,
  )
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: IMPORT_OPTIONS, allowPositionals: true })
  } catch (error) {
    const [unknown] = /(?<=Unknown option ')-{1,2}[^']+/.exec((error as Error).message) ?? []
    if (!unknown) throw new UsageError((error as Error).message)
    const known = Object.keys(IMPORT_OPTIONS).map((name) => `--${name}`)
    throw new UsageError(`Unknown option ${unknown}. ${suggest(unknown, known)}`)
  }
}

function checkDate(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const time = new RegExp(PATTERNS.date).test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(value)) return value
  throw new UsageError(`--date: expected a day as YYYY-MM-DD, found "${value}".`)
}
