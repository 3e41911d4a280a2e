import { join, resolve } from 'node:path'
import type { OptionSpecs } from '../usage.ts'
import { UsageError } from '../usage_error.ts'

export const DIR_OPTION = {
  dir: { type: 'string', short: 'd', value: 'DIR', help: 'the folder of the samples', complete: 'file' },
} as const satisfies OptionSpecs

export const TOKENS_OPTION = {
  tokens: { type: 'string', value: 'FILE', help: 'the file of tokens (tokens.json in DIR)', complete: 'file' },
} as const satisfies OptionSpecs

/** @throws UsageError if it is not given */
export function readDir(command: string, dir: string | undefined): string {
  if (dir !== undefined) return resolve(dir)
  throw new UsageError(`${command}: expected --dir, the folder of the samples.\nSee ${command} --help`)
}

/** The file of tokens of a collector's folder. */
export function readTokenFile(command: string, { dir, tokens }: { dir?: string; tokens?: string }): string {
  return tokens === undefined ? join(readDir(command, dir), 'tokens.json') : resolve(tokens)
}
