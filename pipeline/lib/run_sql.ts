import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api'

type Values = Record<string, number>

/** The text of a statement of pipeline/sql. */
export function readSql(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', 'sql', `${name}.sql`), 'utf8')
}

/** Runs a statement of pipeline/sql with those of the values that it names. */
export function runSql(connection: DuckDBConnection, statement: string, values: Values = {}): Promise<DuckDBResult> {
  return connection.run(fillIn(readSql(statement), values))
}

/** The rows of a statement of pipeline/sql. */
export async function readRows<T>(connection: DuckDBConnection, statement: string, values: Values = {}): Promise<T[]> {
  const reader = await connection.runAndReadAll(fillIn(readSql(statement), values))
  return reader.getRowObjectsJS() as unknown as T[]
}

/** Puts numbers in the place of their names. As parameters they would have DuckDB plan each statement twice. */
export function fillIn(sql: string, values: Values): string {
  return sql.replaceAll(/\$([a-z_]+)/g, (place, name: string) => String(values[name] ?? place))
}
