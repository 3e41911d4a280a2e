import { type ChildProcess, spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { ProcessEntry } from './process_table.ts'
import { ProcessTree } from './process_tree.ts'
import type { Outcome } from './step.ts'
import { stopOnSignals, unlessStopping } from './stop_on_signals.ts'

export interface CommandOptions {
  env?: Record<string, string>
  onLine?(line: string): void
  /** Told what the command left running, which is also a line of its output. */
  say?(text: string): void
  /** A command that prints nothing for this long hangs, and is ended; 10 minutes by default, as a busy machine is no hang. */
  idleLimitSeconds?: number
}

const IDLE_LIMIT_SECONDS = 600
/** How often to look for new processes, so that those that lose their parent and their environment are known by then. */
const LOOK_MS = 2000
/** What ends with the command may take this long. */
const LAST_MS = 1000
/** Nothing for this long after the command and its tree have ended, and the rest of the output is not waited for. */
const DRAIN_IDLE_MS = 5000
/** Some programs have command lines of several thousand characters. */
const SHOWN_CHARACTERS = 120

/**
 * Runs a command to its end and collects what it prints, both streams in the order of arrival. Never rejects: a command
 * that cannot be started is an outcome too. Whatever it started ends with it, also if it fails, hangs or is interrupted;
 * Ctrl-C and termination signals end this process as well.
 */
export async function runCommand(command: string, args: string[], options: CommandOptions = {}): Promise<Outcome> {
  const { env = {}, say = () => {}, idleLimitSeconds = IDLE_LIMIT_SECONDS } = options
  const { lines, add } = collectLines(options)
  const tree = new ProcessTree()
  const child = start(command, args, { ...env, ...tree.mark(process.env) })
  if (child.pid !== undefined) tree.add(child.pid)
  const ignoreSignals = stopOnSignals(tree)
  const read = Promise.all([readLines(child.stdout, add), readLines(child.stderr, add)])
  const idle = watchOutput(child, tree, idleLimitSeconds, () =>
    add(`${command}: printed nothing for ${idleLimitSeconds} s, stopped`),
  )
  const code = await waitForExit(child, (error) => add(`${command}: could not be started: ${error.message}`))
  idle.stop()
  for (const text of await endLeftovers(tree)) {
    add(`${command}: ${text}`)
    say(`${command}: ${text}`)
  }
  if (child.pid !== undefined) await drain(child, read)
  await unlessStopping()
  ignoreSignals()
  const ok = code === 0 && !idle.expired()
  if (!ok) add(`${[command, ...args].join(' ')}: exit code ${code ?? child.signalCode ?? 'none'}`)
  return { ok, output: lines.join('\n') }
}

function collectLines({ onLine = () => {} }: CommandOptions) {
  const lines: string[] = []
  const add = (line: string) => {
    lines.push(line)
    onLine(line)
  }
  return { lines, add }
}

function start(command: string, args: string[], env: Record<string, string>) {
  return spawn(command, args, {
    env: { ...process.env, PATH: pathWithTools(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own, so that Ctrl-C in the terminal reaches it through this process only.
    detached: true,
  })
}

/** The project's own Node and tools come first, as in an npm script. */
function pathWithTools(): string {
  const tools = join(import.meta.dirname, '..', '..', 'node_modules', '.bin')
  return [tools, process.env.PATH].filter(Boolean).join(delimiter)
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) onLine(line)
}

/** Ends the tree of a command that prints nothing for so long, and meanwhile keeps the tree up to date. */
function watchOutput(child: ChildProcess, tree: ProcessTree, limitSeconds: number, onExpired: () => void) {
  let expired = false
  const timer = setTimeout(() => {
    expired = true
    onExpired()
    void tree.end()
  }, limitSeconds * 1000)
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', () => !expired && timer.refresh())
  const looks = setInterval(() => tree.findRunning(), LOOK_MS)
  const stop = () => {
    clearTimeout(timer)
    clearInterval(looks)
  }
  return { stop, expired: () => expired }
}

function waitForExit(child: ChildProcess, onError: (error: Error) => void): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      onError(error)
      resolve(null)
    })
    child.once('exit', resolve)
  })
}

/** Ends what outlives the command; returns what to tell of it. */
async function endLeftovers(tree: ProcessTree): Promise<string[]> {
  const left = (await tree.waitUntilGone(LAST_MS)).map((entry) => `left running, ended: ${describe(entry)}`)
  const stuck = (await tree.end()).map((entry) => `could not be ended: ${describe(entry)}`)
  return [...left, ...stuck]
}

function describe({ pid, command }: ProcessEntry): string {
  return `process ${pid}, ${command.slice(0, SHOWN_CHARACTERS)}`
}

/** Waits for the rest of the output, but not for a process unknown to the tree that holds the pipe open. */
async function drain(child: ChildProcess, read: Promise<unknown>): Promise<void> {
  const streams = [child.stdout, child.stderr]
  const silent = Promise.withResolvers<void>()
  const timer = setTimeout(silent.resolve, DRAIN_IDLE_MS)
  for (const stream of streams) stream?.on('data', () => timer.refresh())
  await Promise.race([read, silent.promise])
  clearTimeout(timer)
  for (const stream of streams) stream?.destroy()
}
