import type { Offers, Usage } from './usage.ts'

/** The process as a command sees it; injected, so that a command can run inside another program. */
export interface CommandIo {
  env: NodeJS.ProcessEnv
  writeOut: (text: string) => void
  writeError: (text: string) => void
  readFile: (path: string) => Uint8Array
  now: () => Date
  terminal: Terminal
  /** Asks the operator; resolves to the line that was typed, or null if the input ended. */
  ask: (question: string) => Promise<string | null>
  /** Calls the listener at SIGINT and SIGTERM, which then no longer end the process by themselves; returns how to stop that. */
  onSignal: (listener: (signal: StopSignal) => void) => () => void
}

/** Which of the streams are terminals, and how wide they are. */
export interface Terminal {
  in: boolean
  out: boolean
  error: boolean
  /** Characters in a line; 80 by default. */
  columns: number
}

export type StopSignal = 'SIGINT' | 'SIGTERM'

/** A command of `orch`: takes the arguments after its name, returns the exit code. */
export interface Command {
  name: string
  summary: string
  /** What `--help` prints and completions offer. */
  usage?: Usage
  /** What completions offer for a command that answers `--help` itself. */
  offers?: Offers
  subcommands?: readonly Command[]
  run: (args: readonly string[], io: CommandIo) => number | Promise<number>
}

export const EXIT_OK = 0
export const EXIT_FAILED = 1
export const EXIT_USAGE = 2
