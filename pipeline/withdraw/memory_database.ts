import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/** Runs `use` with a database in memory, on one thread. */
export async function withMemoryDatabase<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const database = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await database.connect()
  try {
    return await use(connection)
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}
