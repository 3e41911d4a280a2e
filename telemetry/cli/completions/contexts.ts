import type { Command } from '../io.ts'
import { HELP_OPTION, type Offers } from '../usage.ts'

/** A word that may be completed, and what it means. */
export interface Word {
  word: string
  help: string
}

/** A point of the command line, `orch` or `orch telemetry show`, and what may follow it. */
export interface Place {
  path: string
  words: Word[]
  options: Word[]
  /** Whether names of files may follow. */
  files: boolean
  /** Options that take a value, and what it may be. */
  values: { flag: string; choices: 'file' | 'any' | readonly string[] }[]
}

/** Every place of the command line, the program itself first. */
export function listPlaces(commands: readonly Command[]): Place[] {
  const root: Place = {
    path: 'orch',
    words: commands.map(toWord),
    options: [...listOptions({ options: {} }), { word: '--version', help: 'the version of orch' }],
    files: false,
    values: [],
  }
  return [root, ...commands.flatMap((command) => listPlacesOf(command, 'orch'))]
}

function listPlacesOf(command: Command, parent: string): Place[] {
  const offers = command.usage ?? command.offers ?? { options: {} }
  const subcommands = command.subcommands ?? []
  const path = `${parent} ${command.name}`
  const operands = Array.isArray(offers.operands) ? (offers.operands as readonly string[]) : []
  const place: Place = {
    path,
    words: [...subcommands.map(toWord), ...operands.map((word) => ({ word, help: '' }))],
    options: listOptions(offers),
    files: offers.operands === 'file' || command.offers !== undefined,
    values: listValues(offers),
  }
  return [place, ...subcommands.flatMap((subcommand) => listPlacesOf(subcommand, path))]
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

function listValues({ options }: Offers): Place['values'] {
  return Object.entries(options)
    .filter(([, { type }]) => type === 'string')
    .map(([name, { complete }]) => ({ flag: `--${name}`, choices: complete ?? 'any' }))
}
