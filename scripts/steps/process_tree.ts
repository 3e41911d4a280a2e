import { randomUUID } from 'node:crypto'
import { listProcesses, type ProcessEntry, readEnvironment } from './process_table.ts'

/** Holds the ids of all trees that a process belongs to, separated by commas: a runner of steps may be started by another. */
const VARIABLE = 'STEP_PROCESS_TREES'

/** Time to end by itself after SIGTERM, before SIGKILL. */
const GRACE_MS = 3000
/** After SIGKILL: only a process that hangs in the kernel is still there. */
const KILL_MS = 5000
const POLL_MS = 50

/**
 * A command with all it started, also what left its group, its session or its parent. A process belongs to the tree if its
 * parent does, if it is in a group or session of a member, or if it inherited the mark in its environment (Linux only), which
 * finds those whose parents have ended. Whoever was seen once stays a member.
 */
export class ProcessTree {
  readonly #id = randomUUID()
  readonly #members = new Set<string>()
  readonly #strangers = new Set<string>()

  /** The variable that marks what is started with it. */
  mark(env: NodeJS.ProcessEnv): Record<string, string> {
    return { [VARIABLE]: [env[VARIABLE], this.#id].filter(Boolean).join(',') }
  }

  /** Makes a process a member: the root, right after its start. */
  add(pid: number): void {
    const entry = listProcesses().find((candidate) => candidate.pid === pid)
    if (entry !== undefined) this.#members.add(keyOf(entry))
  }

  /** Looks for members and returns those that run. */
  findRunning(): ProcessEntry[] {
    const others = listProcesses().filter(({ pid }) => pid !== process.pid)
    const running = others.filter((entry) => this.#members.has(keyOf(entry)) || this.#isMarked(entry))
    let rest = others.filter((entry) => !running.includes(entry))
    for (let added = running; added.length > 0; ) {
      added = rest.filter((entry) => belongsTo(running, entry))
      running.push(...added)
      rest = rest.filter((entry) => !added.includes(entry))
    }
    for (const entry of running) this.#members.add(keyOf(entry))
    return running
  }

  /** Waits until no member runs; returns those that still do after the time. */
  async waitUntilGone(timeMs: number): Promise<ProcessEntry[]> {
    return this.#repeatUntilGone(timeMs, () => {})
  }

  /** Ends every member: SIGTERM, then SIGKILL for what is still there. Returns what could not be ended. */
  async end(): Promise<ProcessEntry[]> {
    const asked = new Set<string>()
    const ask = (entry: ProcessEntry) => {
      if (asked.has(keyOf(entry))) return
      asked.add(keyOf(entry))
      signal(entry, 'SIGTERM')
    }
    const left = await this.#repeatUntilGone(GRACE_MS, ask)
    return left.length === 0 ? left : this.#repeatUntilGone(KILL_MS, (entry) => signal(entry, 'SIGKILL'))
  }

  /** Ends every member at once. */
  kill(): void {
    for (const entry of this.findRunning()) signal(entry, 'SIGKILL')
  }

  async #repeatUntilGone(timeMs: number, act: (entry: ProcessEntry) => void): Promise<ProcessEntry[]> {
    const deadline = performance.now() + timeMs
    for (;;) {
      const running = this.findRunning()
      if (running.length === 0 || performance.now() > deadline) return running
      for (const entry of running) act(entry)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  /** The environment of a process is that of its start, so that a stranger stays one. */
  #isMarked(entry: ProcessEntry): boolean {
    const key = keyOf(entry)
    if (this.#strangers.has(key)) return false
    const environment = readEnvironment(entry.pid)
    const [, ids = ''] = new RegExp(`(?:^|\\0)${VARIABLE}=([^\\0]*)`).exec(environment) ?? []
    const marked = ids.split(',').includes(this.#id)
    // Between fork and exec there may be nothing to read yet.
    if (!marked && environment !== '') this.#strangers.add(key)
    return marked
  }
}

/** The root leads a session of its own, so every group and session of a member is one of the tree. */
function belongsTo(members: readonly ProcessEntry[], entry: ProcessEntry): boolean {
  return members.some(
    ({ pid, groupId, sessionId }) =>
      entry.parentPid === pid || entry.groupId === groupId || entry.sessionId === sessionId,
  )
}

function keyOf({ pid, started }: ProcessEntry): string {
  return `${pid} ${started}`
}

function signal({ pid }: ProcessEntry, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile.
  }
}
