import { type OptionSpecs, readWholeNumber } from '../../usage.ts'
import { UsageError } from '../../usage_error.ts'

/** Requests of each stream at each level that are measured. */
export const DEFAULT_PROMPTS_PER_STREAM = 3
const DEFAULT_INPUT_TOKENS = 512
const DEFAULT_OUTPUT_TOKENS = 256
/** One process reads all streams, and must not be what limits them. */
const MAX_STREAMS = 1024

export const LOAD_OPTIONS = {
  concurrency: {
    type: 'string',
    value: 'N,…',
    help: 'measure load: how many streams at once, level by level, for example 1,2,4,8,16,32',
  },
  'input-tokens': { type: 'string', value: 'N', help: `length of a prompt under load (${DEFAULT_INPUT_TOKENS})` },
  'output-tokens': {
    type: 'string',
    value: 'N',
    help: `length of an answer under load (${DEFAULT_OUTPUT_TOKENS}), exact where the engine can be told to go on`,
  },
  'max-ttft': {
    type: 'string',
    value: 'MS',
    help: 'stop at the level at which more than 5 % of the requests wait longer for their first token',
  },
  'min-tps': {
    type: 'string',
    value: 'N',
    help: 'stop at the level at which more than 5 % of the requests decode fewer tokens per second',
  },
} as const satisfies OptionSpecs

/** A run under load. */
export interface LoadRequest {
  /** Streams at once of each level, rising. */
  levels: readonly number[]
  input_tokens: number
  output_tokens: number
  slo: Slo
}

/** What 95 % of the requests must keep; undefined if nothing is asked. */
export interface Slo {
  max_ttft_ms: number | undefined
  min_tps: number | undefined
}

type Values = { [name in keyof typeof LOAD_OPTIONS | 'max-tokens']?: string | undefined }

const LOAD_ONLY = ['input-tokens', 'output-tokens', 'max-ttft', 'min-tps'] as const

/** What `--concurrency` and the options that go with it ask for; null without it. Throws UsageError if they cannot be used. */
export function readLoad(values: Values): LoadRequest | null {
  if (values.concurrency === undefined) {
    const alone = LOAD_ONLY.find((name) => values[name] !== undefined)
    if (alone === undefined) return null
    throw new UsageError(`--${alone}: expected --concurrency N,… with it, found none.`)
  }
  if (values['max-tokens'] !== undefined)
    throw new UsageError('--max-tokens: expected --output-tokens N with --concurrency, found --max-tokens.')
  return {
    levels: readLevels(values.concurrency),
    input_tokens: readLength('input-tokens', values) ?? DEFAULT_INPUT_TOKENS,
    output_tokens: readLength('output-tokens', values) ?? DEFAULT_OUTPUT_TOKENS,
    slo: { max_ttft_ms: readLimit('max-ttft', values), min_tps: readLimit('min-tps', values) },
  }
}

function readLevels(text: string): number[] {
  const levels = /^\d{1,4}(,\d{1,4})*$/.test(text) ? text.split(',').map(Number) : []
  const isRising = levels.every((level, at) => level > (levels[at - 1] ?? 0) && level <= MAX_STREAMS)
  if (levels.length > 0 && isRising) return levels
  throw new UsageError(
    `--concurrency: expected rising numbers from 1 to ${MAX_STREAMS}, separated by commas, for example 1,2,4,8, found "${text}".`,
  )
}

function readLength(name: 'input-tokens' | 'output-tokens', values: Values): number | undefined {
  return readWholeNumber(`--${name}`, values[name], { min: 2, max: 100_000 })
}

function readLimit(name: 'max-ttft' | 'min-tps', values: Values): number | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  if (/^\d{1,7}(\.\d{1,3})?$/.test(text) && Number(text) > 0) return Number(text)
  throw new UsageError(`--${name}: expected a number above 0, found "${text}".`)
}
