import { type ChildProcess, fork, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Microseconds of one tick of the kernel's CPU accounting (`getconf CLK_TCK` is 100 on every Linux). */
const TICK_US = 10_000
const START_LIMIT_MS = 120_000
const STOP_LIMIT_MS = 10_000

const running = new Set<ChildProcess>()

/** A process of the bench that runs a module of this folder and talks in messages. */
export class Helper {
  readonly #child: ChildProcess

  constructor(module: string, args: readonly string[] = []) {
    this.#child = keep(fork(join(import.meta.dirname, module), args))
  }

  /** The next message that has the key. Rejects where the process reports an error or ends. */
  receive<T>(key: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const onMessage = (message: Record<string, unknown>) => {
        if (!(key in message) && !('error' in message)) return
        this.#child.off('message', onMessage).off('exit', onExit)
        if ('error' in message) reject(new Error(String(message.error)))
        else resolve(message[key] as T)
      }
      const onExit = () => reject(new Error(`${this.#child.spawnargs[1]}: the process ended`))
      this.#child.on('message', onMessage).on('exit', onExit)
    })
  }

  send(message: object): void {
    this.#child.send(message)
  }

  stop(): Promise<void> {
    return stop(this.#child)
  }
}

export interface Program {
  pid: number
  stop: () => Promise<void>
}

export interface ProgramOptions {
  env?: NodeJS.ProcessEnv
  cwd?: string
}

/** Starts a program and waits until `isReady` says so of what it has printed; its answer is returned. */
export async function startProgram<T>(
  command: readonly [string, ...string[]],
  isReady: (printed: string) => T | null | Promise<T | null>,
  { env, cwd }: ProgramOptions = {},
): Promise<Program & { ready: T }> {
  const [file, ...args] = command
  const child = keep(spawn(file, args, { env: env ?? process.env, cwd, stdio: ['ignore', 'pipe', 'pipe'] }))
  let printed = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (bytes: Buffer) => {
      if (printed.length < 10_000) printed += bytes.toString()
    })
  const until = performance.now() + START_LIMIT_MS
  for (;;) {
    const ready = await isReady(printed)
    if (ready !== null) return { pid: child.pid!, stop: () => stop(child), ready }
    if (child.exitCode !== null || performance.now() > until)
      throw new Error(`${command.join(' ')}: expected it to start, found:\n${printed}`)
    await sleep(20)
  }
}

/** Ends everything that still runs, by process id. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop))
}

/** CPU time of a process since its start, user and system, in microseconds. */
export function cpuTimeUs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_US
}

/** Resident memory of a process in MB (of 1,000,000 bytes): now, and the highest so far. */
export function residentMb(pid: number): { now: number; peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'latin1')
  const read = (name: string) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)![1]) * 1024) / 1e6
  return { now: read('VmRSS'), peak: read('VmHWM') }
}

/** The child processes of a process. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number)
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function keep(child: ChildProcess): ChildProcess {
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.once('error', () => running.delete(child))
  return child
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
  await ended
  clearTimeout(kill)
}
