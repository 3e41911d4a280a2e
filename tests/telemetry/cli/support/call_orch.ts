import { readFileSync } from 'node:fs'
import type { CommandIo, StopSignal, Terminal } from '../../../../telemetry/cli/io.ts'
import { runOrch } from '../../../../telemetry/cli/main.ts'
import { makeFolder } from '../../support/run_orch.ts'

export interface CallOptions {
  env?: NodeJS.ProcessEnv
  terminal?: Partial<Terminal>
  /** What the operator types, one line after the other. */
  answers?: readonly string[]
  now?: string
  input?: string
  /** Called with what is written to standard error, before anything else happens. */
  onError?: (text: string) => void
}

export interface CallHereOptions extends CallOptions {
  /** The folder to run in; of the whole process, so one call with it at a time. */
  cwd?: string
}

export interface Call {
  code: number
  out: string
  error: string
}

/** A call of the program within this process, with streams, environment, clock and signals of the test. */
export interface OpenCall {
  done: Promise<Call>
  out: () => string
  error: () => string
  /** Whether the program listens for signals yet. */
  takesSignals: () => boolean
  signal: (name: StopSignal) => void
}

/** Runs `orch` in this process and waits for its end. */
export async function callOrch(args: readonly string[], { cwd, ...options }: CallHereOptions = {}): Promise<Call> {
  if (cwd === undefined) return startOrch(args, options).done
  const home = process.cwd()
  process.chdir(cwd)
  try {
    return await startOrch(args, options).done
  } finally {
    process.chdir(home)
  }
}

/** Runs `orch` in this process; the test may look at it and send signals meanwhile. */
export function startOrch(
  args: readonly string[],
  { env = {}, terminal = {}, answers = [], now = '2026-03-14T09:26:53.589Z', input = '', onError }: CallOptions = {},
): OpenCall {
  const texts = { out: '', error: '' }
  const left = [...answers]
  const listeners = new Set<(signal: StopSignal) => void>()
  const io: CommandIo = {
    env: { ...makeHome(), ...env },
    writeOut: (text) => {
      texts.out += text
    },
    writeError: (text) => {
      texts.error += text
      onError?.(text)
    },
    readFile: (path) => (path === '-' ? Buffer.from(input) : readFileSync(path)),
    now: () => new Date(now),
    terminal: { in: false, out: false, error: false, columns: 80, ...terminal },
    ask: async (question) => {
      texts.error += question
      return left.shift() ?? null
    },
    onSignal: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const done = runOrch(args, io).then((code) => ({ code, out: texts.out, error: texts.error }))
  return {
    done,
    out: () => texts.out,
    error: () => texts.error,
    takesSignals: () => listeners.size > 0,
    signal: (name) => {
      for (const listener of listeners) listener(name)
    },
  }
}

/** An environment whose home folder is new and empty. */
export function makeHome(): { HOME: string } {
  return { HOME: makeFolder() }
}
