import * as library from '@duckdb/duckdb-wasm'

/** The part of duckdb-wasm in use. Stated here because the package's own declarations are found by `tsc`, but not by `astro check`. */
interface DuckDb {
  AsyncDuckDB: new (logger: object, worker: Worker) => Database
  VoidLogger: new () => object
  getPlatformFeatures(): Promise<{ wasmExceptions: boolean }>
}
export interface Database {
  instantiate(module: string): Promise<unknown>
  open(config: { query: { castDecimalToDouble: boolean } }): Promise<void>
  connectInternal(): Promise<number>
  /** Starts a query. The header of the result, or null while it has to be polled for. */
  startPendingQuery(connection: number, sql: string): Promise<Uint8Array | null>
  /** Works on the query for about 0.1 s. */
  pollPendingQuery(connection: number): Promise<Uint8Array | null>
  cancelPendingQuery(connection: number): Promise<boolean>
  /** The next part of the result, empty at its end; null: ask again. */
  fetchQueryResults(connection: number): Promise<Uint8Array | null>
  /** Creates a table from, or appends to it, the rows of an Arrow IPC stream. Takes the bytes over. */
  insertArrowFromIPCStream(
    connection: number,
    bytes: Uint8Array,
    options: { name: string; create: boolean },
  ): Promise<void>
}

export const duckdb = library as unknown as DuckDb
