import * as library from '@duckdb/duckdb-wasm'

/** The part of duckdb-wasm in use. Declared here because `tsc` finds the package's own declarations, but `astro check` does not. */
interface DuckDb {
  AsyncDuckDB: new (logger: object, worker: Worker) => Database
  VoidLogger: new () => object
  getPlatformFeatures(): Promise<{ wasmExceptions: boolean }>
}
export interface Database {
  instantiate(module: string): Promise<unknown>
  open(config: { query: { castDecimalToDouble: boolean } }): Promise<void>
  connectInternal(): Promise<number>
  /** Starts a query. Returns the header of the result, or null if it has to be polled for. */
  startPendingQuery(connection: number, sql: string): Promise<Uint8Array | null>
  /** Works on the query for about 0.1 s. */
  pollPendingQuery(connection: number): Promise<Uint8Array | null>
  cancelPendingQuery(connection: number): Promise<boolean>
  /** The next part of the result, empty at its end; null if it is not ready yet. */
  fetchQueryResults(connection: number): Promise<Uint8Array | null>
  /** Creates a table from the rows of an Arrow IPC stream, or appends them. Transfers the bytes to the worker. */
  insertArrowFromIPCStream(
    connection: number,
    bytes: Uint8Array,
    options: { name: string; create: boolean },
  ): Promise<void>
}

export const duckdb = library as unknown as DuckDb
