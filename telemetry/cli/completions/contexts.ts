import type { Command } from '../io.ts'
import { HELP_OPTION, type Offers } from '../usage.ts'

/** A word that may be completed, with its help. */
export interface Word {
  word: string
  help: string
}

/** A command, `orch` or `orch telemetry show`, and what may be completed after it. */
export interface Context {
  path: string
  words: Word[]
  options: Word[]
  /** Whether file names may follow. */
  files: boolean
  /** Options that take a value, and what it may be. */
  values: { flag: string; choices: 'file' | 'any' | readonly string[] }[]
}

/** The completion context of every command, the program itself first. */
export function listContexts(commands: readonly Command[]): Context[] {
  const root: Context = {
    path: 'orch',
    words: commands.map(toWord),
    options: [...listOptions({ options: {} }), { word: '--version', help: 'the version of orch' }],
    files: false,
    values: [],
  }
  return [root, ...commands.flatMap((command) => listContextsOf(command, 'orch'))]
}

function listContextsOf(command: Command, parent: string): Context[] {
  const offers = command.usage ?? command.offers ?? { options: {} }
  const subcommands = command.subcommands ?? []
  const path = `${parent} ${command.name}`
  const operands = Array.isArray(offers.operands) ? (offers.operands as readonly string[]) : []
  const context: Context = {
    path,
    words: [...subcommands.map(toWord), ...operands.map((word) => ({ word, help: '' }))],
    options: listOptions(offers),
    files: offers.operands === 'file' || command.offers !== undefined,
    values: listValues(offers),
  }
  return [context, ...subcommands.flatMap((subcommand) => listContextsOf(subcommand, path))]
}

function toWord({ name, summary }: Command): Word {
  return { word: name, help: summary }
}

function listOptions({ options }: Offers): Word[] {
  return Object.entries({ ...options, ...HELP_OPTION }).map(([name, { help = '' }]) => ({
    word: `--${name}`,
    help: help.split('\n')[0]!,
  }))
}

function listValues({ options }: Offers): Context['values'] {
  return Object.entries(options)
    .filter(([, { type }]) => type === 'string')
    .map(([name, { complete }]) => ({ flag: `--${name}`, choices: complete ?? 'any' }))
}
