import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { makeHome } from './call_orch.ts'

const ORCH = fileURLToPath(new URL('../../../../bin/orch.js', import.meta.url))
const START_LIMIT_MS = 120_000

const running = new Set<ChildProcess>()

/** Ends what a failed test has left behind; for afterEach. */
export function endProcesses(): void {
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL')
}

/** A gateway in a process of its own. */
export interface ServeProcess {
  child: ChildProcess
  /** Where it listens. */
  url: string
  out: () => string
  error: () => string
  /** Resolves to the exit code when the process has ended. */
  stopped: Promise<number | null>
  /** Sends a signal; resolves when the process has ended, to its exit code. */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

export interface ServeOptions {
  env?: NodeJS.ProcessEnv
  /** What runs the program: `strace …` before it. */
  prefix?: readonly string[]
}

/** Starts `orch serve` on a free port and waits until it listens. */
export async function startServe(args: readonly string[], options: ServeOptions = {}): Promise<ServeProcess> {
  const { child, out, error, exited } = spawnServe([...args, '--listen', '127.0.0.1:0'], options)
  const url = await waitFor(
    () => /listening on (http:\S+),/.exec(out())?.[1],
    () => `orch serve did not start:\n${out()}${error()}`,
  )
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return exited
  }
  return { child, url, out, error, stopped: exited, stop }
}

/** Starts `orch serve`; it may end by itself. */
export function spawnServe(args: readonly string[], { env = {}, prefix = [] }: ServeOptions = {}) {
  // A trace shows what the program writes, and a cache of compiled code is none of its own.
  const compileCache = prefix.length === 0 ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE } : {}
  const [program, ...rest] = [...prefix, process.execPath, ORCH, 'serve', ...args] as [string, ...string[]]
  const child = spawn(program, rest, {
    env: { PATH: process.env.PATH, ...compileCache, ...makeHome(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that a tracer and what it traces can be ended together.
    detached: true,
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  const texts = { out: '', error: '' }
  child.stdout.on('data', (bytes: Buffer) => {
    texts.out += bytes
  })
  child.stderr.on('data', (bytes: Buffer) => {
    texts.error += bytes
  })
  const exited = once(child, 'close').then(([code]) => code as number | null)
  return { child, out: () => texts.out, error: () => texts.error, exited }
}

/** Looks until there is something. */
export async function waitFor<T>(look: () => T | undefined | null | false, explain: () => string): Promise<T> {
  const deadline = performance.now() + START_LIMIT_MS
  for (;;) {
    const found = look()
    if (found) return found
    if (performance.now() > deadline) throw new Error(explain())
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A chat task as a client sends it. */
export function askChat(url: string, body: object = {}, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'hello' }], ...body }),
    ...init,
  })
}
