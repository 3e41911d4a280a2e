import { createRequire } from 'node:module'
import type { ClickhouseSession, Parameters } from '../../../pipeline/clickhouse/session.ts'

/** What is used of the package chdb, which only the package.json of this folder names. */
interface Engine {
  queryBindAsync(sql: string, parameters: object, options: { format: string }): Promise<{ text(): string }>
  insert(rows: { table: string; values: Buffer; format: 'JSONCompactEachRow' }): Promise<unknown>
  close(): void
}

export interface ChdbSession extends ClickhouseSession {
  close(): void
}

/** Opens a ClickHouse in this process, on one thread and in bounded memory. There can be one at a time. */
export async function openChdb(): Promise<ChdbSession> {
  const { Session } = createRequire(import.meta.url)('chdb') as { Session: new () => Engine }
  const engine = new Session()
  const query = async (sql: string, parameters: Parameters = {}) =>
    (await engine.queryBindAsync(sql, parameters, { format: 'JSONEachRow' })).text()
  await query('SET max_threads = 1, max_insert_threads = 1, max_memory_usage = 1000000000')
  return {
    run: async (sql, parameters) => {
      await query(sql, parameters)
    },
    read: async (sql, parameters) => parseRows(await query(sql, parameters)),
    insert: async (table, rows) => {
      await engine.insert({ table, values: formatRows(rows), format: 'JSONCompactEachRow' })
    },
    close: () => engine.close(),
  }
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
