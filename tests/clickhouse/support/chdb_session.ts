import { createRequire } from 'node:module'
import type { ClickhouseDatabase, Parameters } from '../../../pipeline/clickhouse/connect.ts'
import { isInstalled } from '../install.ts'

/** What is used of the package chdb, which only the package.json of this folder names. */
interface Engine {
  queryBindAsync(sql: string, parameters: object, options: { format: string }): Promise<{ bytes(): Uint8Array }>
  insert(rows: { table: string; values: Buffer; format: 'JSONCompactEachRow' }): Promise<unknown>
  close(): void
}

export interface ChdbSession extends ClickhouseDatabase {
  /** What a statement prints, in JSONEachRow unless it names a format. */
  print(sql: string, parameters?: Parameters): Promise<Uint8Array>
  /** The rows of a query. */
  read<Row>(sql: string): Promise<Row[]>
  close(): void
}

export interface ChdbOptions {
  /** Where its tables lie; by default a folder that goes with the session. */
  folder?: string
  threads?: number
  /** A configuration file, as a server would read it. */
  config?: string
}

/** Memory that a statement may take. */
const MEMORY_BYTES = 1_000_000_000

/** Opens a ClickHouse in this process, by default on one thread. A process can have one at a time. */
export async function openChdb({ folder, threads = 1, config }: ChdbOptions = {}): Promise<ChdbSession> {
  if (!isInstalled()) throw new Error('tests/clickhouse: expected chdb, found none. Fix: npm test -- --only clickhouse')
  const { Session } = createRequire(import.meta.url)('chdb') as {
    Session: new (folder?: string, options?: { connectionArgs: string[] }) => Engine
  }
  const engine = new Session(folder, { connectionArgs: config === undefined ? [] : [`--config-file=${config}`] })
  const print = async (sql: string, parameters: Parameters = {}) =>
    (await engine.queryBindAsync(sql, parameters, { format: 'JSONEachRow' })).bytes()
  await print(`SET max_threads = ${threads}, max_insert_threads = ${threads}, max_memory_usage = ${MEMORY_BYTES}`)
  return {
    print,
    run: async (sql, parameters) => {
      await print(sql, parameters)
    },
    read: async (sql) => parseRows(Buffer.from(await print(sql)).toString()),
    stream: async (sql, parameters) => inPieces(await print(sql, parameters)),
    insert: async (table, rows) => {
      await engine.insert({ table, values: formatRows(rows), format: 'JSONCompactEachRow' })
    },
    close: () => engine.close(),
  }
}

/** As a connection would hand it over. */
async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

function parseRows<Row>(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
}

function formatRows(rows: readonly (readonly unknown[])[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
}
