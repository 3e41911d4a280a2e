import { formatBytes } from '../../lib/format.ts'
import type { ExploreConfig, PublishedTable } from './config.ts'
import { download, withTimeLimit } from './download.ts'
import { type Connection, duckdb } from './duckdb.ts'

export interface QueryResult {
  columns: string[]
  rows: unknown[][]
}
export interface Engine {
  /** Runs SQL; loads the bins first where the text names them. Rejects with DuckDB's own words. */
  query(sql: string): Promise<QueryResult>
}
type Say = (message: string) => void

const START_LIMIT_MS = 60_000
/** At once: what browsers open per host over HTTP/1.1. */
const PARALLEL = 6

/** Downloads and starts DuckDB and fills in the published tables; `say` hears of every step. Leaves no worker behind when it fails. */
export async function startEngine(config: ExploreConfig, say: Say): Promise<Engine> {
  const { wasmExceptions } = await duckdb.getPlatformFeatures()
  const files = config.engine[wasmExceptions ? 'eh' : 'mvp']
  // DuckDB fetches the module by its address and reports no failure: fetching it first shows progress and leaves it in the browser's cache.
  await download(files.module, (received) => {
    say(`Downloading the engine: ${formatBytes(received)} of ${formatBytes(files.bytes)}, unpacked`)
  })
  say('Starting the engine')
  const worker = new Worker(files.worker)
  try {
    const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker)
    await withTimeLimit(failWith(worker, db.instantiate(files.module)), START_LIMIT_MS, 'starting the engine')
    // Decimals arrive without their scale otherwise: 1.5 as 15.
    await db.open({ query: { castDecimalToDouble: true } })
    const connection = await db.connect()
    await connection.query('SET autoload_known_extensions = false')
    await connection.query('SET autoinstall_known_extensions = false')
    return await fillTables(connection, config.tables, say)
  } catch (error) {
    worker.terminate()
    throw error
  }
}

/** Rejects when the worker script itself fails to load. */
function failWith<T>(worker: Worker, promise: Promise<T>): Promise<T> {
  const failure = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) =>
      reject(new Error(`the engine did not start: ${event.message || 'its script failed to load'}`)),
    )
  })
  return Promise.race([promise, failure])
}

async function fillTables(connection: Connection, tables: PublishedTable[], say: Say): Promise<Engine> {
  for (const table of tables.filter(({ name }) => name !== 'bins')) await loadTable(connection, table, say)
  const bins = tables.find(({ name }) => name === 'bins')!
  let loadedBins: Promise<void> | undefined
  return {
    async query(sql) {
      if (/\bbins\b/i.test(sql)) {
        loadedBins ??= loadTable(connection, bins, say).catch((error: unknown) => {
          loadedBins = undefined
          throw error
        })
        await loadedBins
      }
      return toResult(await connection.query(sql))
    },
  }
}

/** Downloads the files of a table, then creates it: a failed download leaves no half-filled table behind. */
async function loadTable(connection: Connection, table: PublishedTable, say: Say): Promise<void> {
  const files = await downloadAll(table, say)
  if (files.length === 0) await connection.query(table.ddl)
  for (const [i, bytes] of files.entries()) {
    await connection.insertArrowFromIPCStream(bytes, { name: table.name, create: i === 0 })
  }
}

async function downloadAll({ name, files }: PublishedTable, say: Say): Promise<Uint8Array[]> {
  const total = files.reduce((sum, file) => sum + file.bytes, 0)
  const result: Uint8Array[] = []
  let received = 0
  let next = 0
  const work = async () => {
    while (next < files.length) {
      const i = next++
      result[i] = await download(files[i]!.address)
      received += result[i].length
      say(`Loading table ${name}: ${formatBytes(received)} of ${formatBytes(total)}`)
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
  return result
}

function toResult(table: Awaited<ReturnType<Connection['query']>>): QueryResult {
  const columns = table.schema.fields.map((field) => field.name)
  const vectors = columns.map((_, i) => table.getChildAt(i)!)
  const rows = Array.from({ length: table.numRows }, (_, row) => vectors.map((vector) => vector.get(row) as unknown))
  return { columns, rows }
}
