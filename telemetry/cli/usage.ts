import { type ParseArgsConfig, parseArgs } from 'node:util'
import { suggest, UsageError } from './usage_error.ts'

/** One option: how it is parsed, its help, what a shell may complete after it. */
export interface OptionSpec {
  type: 'string' | 'boolean'
  short?: string
  multiple?: boolean
  /** What stands for the value in the help: `FILE`, `N`. */
  value?: string
  help: string
  complete?: 'file' | readonly string[]
}
export type OptionSpecs = Record<string, OptionSpec>

/** What completions offer for a command. */
export interface Offers {
  options: Record<string, Omit<OptionSpec, 'help'> & { help?: string }>
  /** Completions of the operands: words, or file names. */
  operands?: 'file' | readonly string[]
}

/** The help of a command. */
export interface Usage extends Offers {
  /** The command lines, without `orch`. */
  lines: readonly string[]
  /** What it does, in sentences; paragraphs are separated by a blank line. */
  text: string
  options: OptionSpecs
  examples?: readonly string[]
  /** The meaning of each exit code, except the common ones. */
  exits: readonly (readonly [code: number, meaning: string])[]
}

/** The values that `parseArgs` returns for the options. */
type Values<T extends OptionSpecs> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true; args: string[] }>
>['values']

export const HELP_OPTION = { help: { type: 'boolean', short: 'h', help: 'this help' } } as const satisfies OptionSpecs

/**
 * Reads the arguments of a command.
 *
 * @param name the command as the operator types it, for the error
 * @param operands how many arguments that are no option it takes; Infinity for any number
 * @throws UsageError that says what to write instead
 */
export function parseOptions<const T extends OptionSpecs>(
  name: string,
  args: readonly string[],
  options: T,
  operands = 0,
): { values: Values<T>; positionals: string[] } {
  const parsed = parseKnown(name, args, options)
  const surplus = parsed.positionals[operands]
  if (surplus === undefined) return parsed as { values: Values<T>; positionals: string[] }
  throw new UsageError(`${name}: expected ${describeCount(operands)}, found "${surplus}".\nSee ${name} --help`)
}

function parseKnown(name: string, args: readonly string[], options: OptionSpecs) {
  try {
    const config: ParseArgsConfig = { args: [...args], options: { ...options, ...HELP_OPTION }, allowPositionals: true }
    return parseArgs({ ...config, allowPositionals: true })
  } catch (error) {
    throw new UsageError(`${name}: ${explainParseError(error as Error, Object.keys(options))}\nSee ${name} --help`)
  }
}

function explainParseError({ message }: Error, names: readonly string[]): string {
  const [flag = ''] = /--?[A-Za-z][\w-]*(?= <|')/.exec(message) ?? []
  const [long = flag] = /--[\w-]+/.exec(message) ?? []
  if (message.startsWith('Unknown option'))
    return `unknown option ${flag}. ${suggest(
      flag,
      [...names, 'help'].map((name) => `--${name}`),
    )}`
  if (message.includes('does not take an argument')) return `${long}: takes no value.`
  if (message.includes('argument missing')) return `${long}: expected a value after it, found none.`
  if (message.includes('ambiguous'))
    return `${long}: expected a value after it, found another option. Write ${long}=VALUE if the value begins with "-".`
  return message
}

function describeCount(operands: number): string {
  if (operands === 0) return 'options only'
  return operands === 1 ? 'one argument' : `${operands} arguments`
}

/** A whole number of an option; throws UsageError if it is not one or out of bounds. */
export function readWholeNumber(flag: string, value: string | undefined, bounds: { min: number; max: number }) {
  if (value === undefined) return undefined
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
  if (number >= bounds.min && number <= bounds.max) return number
  throw new UsageError(`${flag}: expected a whole number from ${bounds.min} to ${bounds.max}, found "${value}".`)
}
