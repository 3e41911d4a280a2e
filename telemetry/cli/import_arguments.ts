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
import type { BenchTool, ImportOptions } from '../import/types.ts'
import { checkCount, checkText } from './check_option.ts'
import { suggest, UsageError } from './usage_error.ts'

export interface ImportArguments {
  files: string[]
  options: ImportOptions
  out?: string
  force: boolean
  verbose: boolean
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
  out: { type: 'string', complete: 'file' },
  force: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Reads the arguments of `orch import <tool>`; throws UsageError if they cannot be used. */
export function readImportArguments(args: readonly string[]): ImportArguments {
  const { values, positionals } = parse(args)
  return {
    files: positionals,
    options: {
      gpu: checkText('--gpu', values.gpu, gpuName, 'gpu_name'),
      gpuCount: checkCount('--gpu-count', values['gpu-count'], gpuCount),
      engine: checkText('--engine', values.engine, engine, 'engine'),
      engineVersion: checkText('--engine-version', values['engine-version'], engineVersion, 'engine_version'),
      model: checkText('--model', values.model, modelRef, 'model_ref'),
      quantization: checkText('--quantization', values.quantization, quantization, 'quantization'),
      vramTotalMb: checkCount('--vram-total-mb', values['vram-total-mb'], vramTotalMb),
      date: checkDate(values.date),
    },
    out: values.out,
    force: values.force ?? false,
    verbose: values.verbose ?? false,
    help: values.help ?? false,
  }
}

/** Throws UsageError if an option that the tool requires is missing. */
export function assertRequired(tool: BenchTool, options: ImportOptions): void {
  const missing = tool.requires.filter(({ option }) => options[option] === undefined)
  if (missing.length === 0) return
  const reasons = missing.map(({ flag, why }) => `${flag} is required: ${why}`)
  throw new UsageError(`${reasons.join('.\n')}.\nSee orch import ${tool.name} --help`)
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
