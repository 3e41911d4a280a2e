import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { withScratch } from './scratch.ts'

/** Memory that DuckDB may use before it spills to disk. */
const MEMORY_LIMIT = '1GB'

/** A database that lives in memory and spills to a folder. */
export interface Database {
  connection: DuckDBConnection
  close: () => void
}

/** @param scratch a folder for what does not fit into memory */
export async function openDatabase(scratch: string): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY_LIMIT,
    temp_directory: join(scratch, 'spill'),
    preserve_insertion_order: 'false',
    // More are started where there is enough to do.
    threads: '1',
  })
  const connection = await instance.connect()
  return {
    connection,
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** Runs `use` with a database, which is closed afterwards. */
export function withDatabase<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  return withScratch('database', async (scratch) => {
    const { connection, close } = await openDatabase(scratch)
    try {
      return await use(connection)
    } finally {
      close()
    }
  })
}
