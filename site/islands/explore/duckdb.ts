import * as library from '@duckdb/duckdb-wasm'

/** The part of duckdb-wasm in use. Stated here because the package's own declarations are found by `tsc`, but not by `astro check`. */
interface DuckDb {
  AsyncDuckDB: new (logger: object, worker: Worker) => Database
  VoidLogger: new () => object
  getPlatformFeatures(): Promise<{ wasmExceptions: boolean }>
}
interface Database {
  instantiate(module: string): Promise<unknown>
  open(config: { query: { castDecimalToDouble: boolean } }): Promise<void>
  connect(): Promise<Connection>
}
export interface Connection {
  query(sql: string): Promise<ArrowResult>
  /** Creates a table from, or appends to it, the rows of an Arrow IPC stream. Takes the bytes over. */
  insertArrowFromIPCStream(bytes: Uint8Array, options: { name: string; create: boolean }): Promise<void>
}
interface ArrowResult {
  numRows: number
  schema: { fields: { name: string }[] }
  getChildAt(column: number): { get(row: number): unknown } | null
}

export const duckdb = library as unknown as DuckDb
