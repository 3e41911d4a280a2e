import { type QueryError, readQueryError } from '../../lib/explore/query_error.ts'
import type { QueryResult } from '../../lib/explore/result.ts'
import type { Notices } from './notices.ts'
import { Cancelled, NoEngine, type Session } from './session.ts'

export interface Runner {
  /** Starts the engine ahead of the first query. */
  warm(): Promise<void>
  /** Runs a query; does nothing while another one runs. */
  run(): Promise<void>
  cancel(): void
}

interface Options {
  session: Session
  notices: Notices
  read: () => string
  onBusy: (busy: boolean) => void
  onResult: (sql: string, result: QueryResult, ms: number) => void
  onFailure: (error: QueryError) => void
}

/** Runs one query at a time, starting the engine if necessary. */
export function createRunner({ session, notices, read, onBusy, onResult, onFailure }: Options): Runner {
  let running: AbortController | undefined
  const fail = (error: unknown) => {
    notices.say('')
    if (error instanceof Cancelled) return notices.say(describeCancel(error))
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof NoEngine) return notices.problem(describeNoEngine(message), true)
    const read = readQueryError(message)
    notices.problem(read.message)
    onFailure(read)
  }
  const execute = async (signal: AbortSignal) => {
    const sql = read()
    let started = performance.now()
    const onStep: Notices['step'] = (step) => {
      if (signal.aborted) return
      // Downloads do not count as query time.
      if (step?.received === undefined) started = performance.now()
      notices.step(step)
    }
    const bytes = await session.run(sql, { onStep, signal })
    const ms = performance.now() - started
    const { decodeResult } = await import('../../lib/explore/result.ts')
    onResult(sql, decodeResult(bytes), ms)
  }
  return {
    async warm() {
      if (running) return
      const isReady = await session.warm((step) => running || notices.step(step))
      if (running) return
      notices.step(null)
      notices.say(isReady ? 'The engine is ready.' : '')
    },
    async run() {
      if (running) return
      running = new AbortController()
      onBusy(true)
      notices.problem(null)
      notices.say('Starting …')
      try {
        await execute(running.signal)
      } catch (error) {
        fail(error)
      } finally {
        running = undefined
        notices.step(null)
        onBusy(false)
      }
    },
    cancel() {
      if (!running || running.signal.aborted) return
      notices.step(null)
      notices.say('Cancelling …')
      running.abort()
    },
  }
}

function describeCancel({ engineEnded }: Cancelled): string {
  if (!engineEnded) return 'Cancelled.'
  return 'Cancelled. The query did not stop by itself, so the engine was stopped: the next run starts it again, without the tables that you created.'
}

function describeNoEngine(reason: string): string {
  return `The SQL engine could not be started: ${reason}.\nTables, links and history work without it, and every file is on the data page.`
}
