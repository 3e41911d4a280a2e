import { readSql } from '../lib/sql_text.ts'
import type { ClickhouseSession, Parameters } from './session.ts'

/** Runs a statement of pipeline/sql/clickhouse. Rejects with its name and what the server says. */
export function runStatement(session: ClickhouseSession, name: string, parameters?: Parameters): Promise<void> {
  return named(name, () => session.run(readSql(`clickhouse/${name}`), parameters))
}

/** The rows of a query of pipeline/sql/clickhouse. Rejects with its name and what the server says. */
export function readStatement<Row>(session: ClickhouseSession, name: string, parameters?: Parameters): Promise<Row[]> {
  return named(name, () => session.read<Row>(readSql(`clickhouse/${name}`), parameters))
}

async function named<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`pipeline/sql/clickhouse/${name}.sql: ${found}`, { cause })
  }
}
