import type { DuckDBConnection } from '@duckdb/node-api'
import { readSql } from '../sql_text.ts'

/** Runs a statement of pipeline/sql with those of the values that it names. */
export async function runSql(
  connection: DuckDBConnection,
  statement: string,
  values: Record<string, number> = {},
): Promise<void> {
  const sql = readSql(statement)
  await connection.run(sql, namedIn(sql, values))
}

/** The rows of a statement of pipeline/sql. */
export async function readRows<T>(
  connection: DuckDBConnection,
  statement: string,
  values: Record<string, number> = {},
): Promise<T[]> {
  const sql = readSql(statement)
  const reader = await connection.runAndReadAll(sql, namedIn(sql, values))
  return reader.getRowObjectsJS() as unknown as T[]
}

/** DuckDB refuses values that a statement does not name. */
function namedIn(sql: string, values: Record<string, number>): Record<string, number> | undefined {
  const named = new Set(Array.from(sql.matchAll(/\$([a-z_]+)/g), ([, name]) => name))
  const used = Object.entries(values).filter(([name]) => named.has(name))
  return used.length === 0 ? undefined : Object.fromEntries(used)
}
