import type { ExploreConfig, PublishedTable } from '../../lib/explore/config.ts'
import { tablesNamedIn } from '../../lib/explore/schema.ts'
import { join } from './download.ts'
import type { Database } from './duckdb.ts'
import { loadTable } from './load_tables.ts'
import { type OnStep, startDatabase } from './start_database.ts'

export interface Engine {
  /** Loads the tables that the SQL names, then runs it. Returns an Arrow IPC stream. Rejects with DuckDB's own message. */
  run(sql: string, options: { onStep: OnStep; signal: AbortSignal }): Promise<Uint8Array>
  /** Asks the running query to stop, which takes about 0.1 s. */
  interrupt(): void
  /** Ends the engine; a running query rejects. */
  end(): void
}

/** The end-of-stream marker of Arrow IPC: a continuation marker and a length of zero. */
const END_OF_STREAM = new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0])

const SETTINGS = [
  'SET autoload_known_extensions = false',
  'SET autoinstall_known_extensions = false',
  // Queries can read and write no file and no address, only tables.
  'SET enable_external_access = false',
]

/** Starts DuckDB with the published tables, all empty: each is loaded by the first query that names it. */
export async function startEngine(config: ExploreConfig, onStep: OnStep): Promise<Engine> {
  const { database, worker } = await startDatabase(config, onStep)
  let end = () => {}
  const ended = new Promise<never>((_, reject) => {
    end = () => {
      worker.terminate()
      reject(new Error('the engine was ended'))
    }
  })
  ended.catch(() => {})
  try {
    // Without this, decimals arrive without their scale: 1.5 as 15.
    await database.open({ query: { castDecimalToDouble: true } })
    const connection = await database.connectInternal()
    for (const sql of [...SETTINGS, ...config.tables.map(({ ddl }) => ddl)]) await collect(database, connection, sql)
    const load = createLoader(database, connection)
    return {
      run: (sql, { onStep, signal }) => {
        const work = async () => {
          for (const table of tablesNamedIn(sql, config.tables)) await load(table, onStep, signal)
          onStep({ text: 'Running the query' })
          return collect(database, connection, sql)
        }
        return Promise.race([work(), ended])
      },
      interrupt: () => void database.cancelPendingQuery(connection),
      end,
    }
  } catch (error) {
    end()
    throw error
  }
}

/** Loads each table once; a failed load is retried by the next query that names the table. */
function createLoader(database: Database, connection: number) {
  const loaded = new Set<string>()
  return async (table: PublishedTable, onStep: OnStep, signal: AbortSignal): Promise<void> => {
    if (loaded.has(table.name)) return
    await loadTable(database, connection, table, { onStep, signal })
    loaded.add(table.name)
  }
}

/** Runs a query step by step, so that it can be interrupted, and joins the parts of its result. */
async function collect(database: Database, connection: number, sql: string): Promise<Uint8Array> {
  let header = await database.startPendingQuery(connection, sql)
  while (header === null) header = await database.pollPendingQuery(connection)
  const parts = [header]
  for (;;) {
    const part = await database.fetchQueryResults(connection)
    if (part?.length === 0) break
    if (part) parts.push(part)
  }
  parts.push(END_OF_STREAM)
  return join(
    parts,
    parts.reduce((sum, part) => sum + part.length, 0),
  )
}
