import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000
const KILL_AFTER_MS = 2000

export interface LineStreamOptions {
  command: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
  onLine: (line: string) => void
  /** Called when the tool ended by itself; it is restarted after a pause that doubles up to a minute. */
  onEnd: () => void
  warn: (text: string) => void
  /** The first pause before a restart. */
  pause_ms?: number
}

/** Runs a tool that prints lines until it is stopped. It never keeps this process alive. */
export class LineStream {
  readonly #options: LineStreamOptions
  #child: ChildProcess | null = null
  #restart: NodeJS.Timeout | null = null
  #pause: number

  constructor(options: LineStreamOptions) {
    this.#options = options
    this.#pause = options.pause_ms ?? FIRST_PAUSE_MS
  }

  start(): void {
    if (this.#child !== null || this.#restart !== null) return
    const { command, args, env } = this.#options
    const child = spawn(command, [...args], { env, stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true })
    this.#child = child
    child.unref()
    unref(child.stdout)
    child.once('error', (error) => this.#ended(child, error.message))
    child.once('exit', (code, signal) => this.#ended(child, `it ended with ${signal ?? `exit code ${code}`}`))
    createInterface({ input: child.stdout! }).on('line', (line) => this.#take(child, line))
  }

  /** Ends the tool and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#restart !== null) clearTimeout(this.#restart)
    this.#restart = null
    const child = this.#child
    this.#child = null
    if (child === null || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.ref()
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
    await gone
    clearTimeout(force)
  }

  #take(child: ChildProcess, line: string): void {
    if (child !== this.#child) return
    this.#pause = this.#options.pause_ms ?? FIRST_PAUSE_MS
    this.#options.onLine(line)
  }

  #ended(child: ChildProcess, why: string): void {
    if (child !== this.#child) return
    this.#child = null
    this.#options.onEnd()
    this.#options.warn(`${this.#options.command} stopped: ${why}. It is started again.`)
    this.#restart = setTimeout(() => {
      this.#restart = null
      this.start()
    }, this.#pause).unref()
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS)
  }
}

/** The pipe of a child process is a socket, though its type is a stream. */
function unref(stream: unknown): void {
  ;(stream as { unref?: () => void } | null)?.unref?.()
}
