import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Outcome } from './step.ts'

export interface CommandOptions {
  env?: Record<string, string>
  onLine?(line: string): void
  /** The command and all it started are ended after this time; 15 minutes by default. */
  timeLimitSeconds?: number
}

/**
 * Runs a command to its end and collects what it prints, both streams in the order of arrival. Never rejects: a command
 * that cannot be started is an outcome too. Ctrl-C ends the command, with all it started, and this process.
 */
export async function runCommand(command: string, args: string[], options: CommandOptions = {}): Promise<Outcome> {
  const { env = {}, onLine = () => {}, timeLimitSeconds = 900 } = options
  const lines: string[] = []
  const add = (line: string) => {
    lines.push(line)
    onLine(line)
  }
  // A group of its own, so that the time limit and Ctrl-C reach the grandchildren as well.
  const child = spawn(command, args, {
    env: { ...process.env, PATH: pathWithTools(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const stop = stopOnSignals(() => killGroup(child.pid, 'SIGTERM'))
  const timer = setTimeout(() => {
    add(`${command}: not done after ${timeLimitSeconds} s, stopped`)
    killGroup(child.pid, 'SIGKILL')
  }, timeLimitSeconds * 1000)
  const read = Promise.all([readLines(child.stdout, add), readLines(child.stderr, add)])
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      add(`${command}: could not be started: ${error.message}`)
      resolve(null)
    })
    child.once('close', resolve)
  })
  clearTimeout(timer)
  stop()
  if (child.pid !== undefined) await read
  if (code !== 0) add(`${[command, ...args].join(' ')}: exit code ${code ?? child.signalCode ?? 'none'}`)
  return { ok: code === 0, output: lines.join('\n') }
}

/** The project's own Node and tools come first, as in an npm script. */
function pathWithTools(): string {
  const tools = join(import.meta.dirname, '..', '..', 'node_modules', '.bin')
  return [tools, process.env.PATH].filter(Boolean).join(delimiter)
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) onLine(line)
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended already.
  }
}

/**
 * Calls `kill` and ends this process where a signal asks for it; returns how to stop listening. The command gets a
 * termination in every case, because a shell lets its background jobs ignore Ctrl-C.
 */
function stopOnSignals(kill: () => void): () => void {
  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
  const listeners = Object.entries(signals).map(([name, code]) => {
    const signal = name as NodeJS.Signals
    const listener = () => {
      kill()
      process.exit(code)
    }
    process.once(signal, listener)
    return () => process.off(signal, listener)
  })
  return () => {
    for (const remove of listeners) remove()
  }
}
