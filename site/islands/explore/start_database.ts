import type { EngineFiles, ExploreConfig } from '../../lib/explore/config.ts'
import { type Database, duckdb } from './duckdb.ts'
import { evict, fetchOnce } from './file_cache.ts'

/** A pending step; a download has `received` of `total` bytes. */
export interface Step {
  text: string
  received?: number
  total?: number
}
export type OnStep = (step: Step) => void

export interface StartedDatabase {
  database: Database
  worker: Worker
}

const START_LIMIT_MS = 60_000

/**
 * Prepended to the worker's script: duckdb-wasm does not report a module that fails to compile or to allocate its memory. Rethrown, the
 * failure becomes an error event of the worker.
 */
const PRELUDE = 'addEventListener("unhandledrejection", (event) => { reportError(event.reason) });\n'

/** Downloads and starts DuckDB. Terminates the worker on failure. */
export async function startDatabase(config: ExploreConfig, onStep: OnStep): Promise<StartedDatabase> {
  if (typeof WebAssembly === 'undefined')
    throw new Error('this browser does not run WebAssembly, or it is switched off')
  const { wasmExceptions } = await duckdb.getPlatformFeatures()
  const files = config.engine[wasmExceptions ? 'eh' : 'mvp']
  const addresses = await fetchEngine(files, onStep)
  onStep({ text: 'Starting the engine' })
  // A worker from a blob inherits the content security policy of this page, which then covers every request of a query.
  const worker = new Worker(addresses.worker)
  try {
    const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker)
    await withTimeLimit(failWith(worker, database.instantiate(addresses.module)), START_LIMIT_MS)
    return { database, worker }
  } catch (error) {
    worker.terminate()
    await evictEngine(files)
    throw error
  }
}

let fetched: { module: string; worker: string } | undefined

/** Blob addresses of the engine's files, kept for a restart. */
async function fetchEngine(
  { module, worker }: EngineFiles,
  onStep: OnStep,
): Promise<{ module: string; worker: string }> {
  if (fetched) return fetched
  const total = module.bytes + worker.bytes
  const received = { module: 0, worker: 0 }
  const receive = (part: keyof typeof received) => (bytes: number) => {
    received[part] = bytes
    onStep({ text: 'Loading the engine', received: received.module + received.worker, total })
  }
  onStep({ text: 'Loading the engine', received: 0, total })
  const [moduleBlob, workerBlob] = await Promise.all([
    fetchOnce(module, { onReceived: receive('module') }),
    fetchOnce(worker, { onReceived: receive('worker') }),
  ])
  const script = new Blob([PRELUDE, workerBlob], { type: 'text/javascript' })
  fetched = { module: URL.createObjectURL(moduleBlob), worker: URL.createObjectURL(script) }
  return fetched
}

/** Files that did not start may be corrupt: the next attempt downloads them again. */
async function evictEngine({ module, worker }: EngineFiles): Promise<void> {
  for (const address of Object.values(fetched ?? {})) URL.revokeObjectURL(address)
  fetched = undefined
  await Promise.all([evict(module), evict(worker)])
}

/** Rejects when the worker reports an error before the promise settles. */
function failWith<T>(worker: Worker, promise: Promise<T>): Promise<T> {
  const failure = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => reject(new Error(event.message || 'its script failed to load')))
  })
  return Promise.race([promise, failure])
}

function withTimeLimit<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout>
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not start within ${ms / 1000} s`)), ms)
  })
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer))
}
