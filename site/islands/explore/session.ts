import type { ExploreConfig } from '../../lib/explore/config.ts'
import type { Engine } from './engine.ts'
import type { OnStep } from './start_database.ts'

/** A query was cancelled by interrupting it, or by terminating the engine if it did not stop. */
export class Cancelled extends Error {
  readonly engineEnded: boolean
  constructor(engineEnded: boolean) {
    super('cancelled')
    this.engineEnded = engineEnded
  }
}
/** The engine could not be started. */
export class NoEngine extends Error {}

export interface Session {
  /** Starts the engine ahead of a query. Resolves to whether it is ready; a failure is reported by the first query that needs it. */
  warm(onStep: OnStep): Promise<boolean>
  /** Runs a query as soon as the engine is ready. */
  run(sql: string, options: { onStep: OnStep; signal: AbortSignal }): Promise<Uint8Array>
}

/** If an interrupted query runs on for longer than this, its engine is terminated. */
const STOP_LIMIT_MS = 2_000

/** Errors of a broken WebAssembly instance, which cannot run another query. */
const BROKEN = /RuntimeError|memory access out of bounds|unreachable|table index is out of bounds|null function/

/** One engine for the page, started on first use and again after it failed or was terminated. */
export function createSession(config: ExploreConfig): Session {
  let current: Promise<Engine> | undefined
  let say: OnStep = () => {}
  const start = (): Promise<Engine> => {
    current ??= import('./engine.ts')
      .then(({ startEngine }) => startEngine(config, (step) => say(step)))
      .catch((error: unknown) => {
        current = undefined
        throw new NoEngine(error instanceof Error ? error.message : String(error))
      })
    return current
  }
  return {
    warm(onStep) {
      say = onStep
      return start().then(
        () => true,
        () => false,
      )
    },
    async run(sql, { onStep, signal }) {
      say = onStep
      const engine = await unless(signal, start())
      const forget = () => {
        engine.end()
        current = undefined
      }
      return runQuery(engine, forget, sql, { onStep, signal })
    },
  }
}

async function runQuery(
  engine: Engine,
  forget: () => void,
  sql: string,
  { onStep, signal }: { onStep: OnStep; signal: AbortSignal },
): Promise<Uint8Array> {
  let ended = false
  const giveUp = () => {
    ended = true
    forget()
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => {
    engine.interrupt()
    timer = setTimeout(giveUp, STOP_LIMIT_MS)
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await engine.run(sql, { onStep, signal })
  } catch (error) {
    if (signal.aborted) throw new Cancelled(ended)
    if (error instanceof Error && BROKEN.test(error.message)) forget()
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

/** The promise, or a `Cancelled` as soon as the signal is aborted. */
function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Cancelled(false)), { once: true })
  })
  return Promise.race([promise, aborted])
}
