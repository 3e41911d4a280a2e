import { type DuckDBAppender, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import { type Table, tableFromIPC } from 'apache-arrow'
import { columnsOf, type TableName } from '../../../contracts/tables.ts'

const SQL_TYPES = { utf8: 'VARCHAR', int32: 'INTEGER', float64: 'DOUBLE', bool: 'BOOLEAN' } as const

/** Runs a query on published Arrow files in the DuckDB of this process; returns its rows. */
export async function runSql(
  sql: string,
  files: Partial<Record<TableName, Buffer>>,
): Promise<Record<string, DuckDBValue>[]> {
  const database = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await database.connect()
  try {
    for (const [name, bytes] of Object.entries(files) as [TableName, Buffer][]) {
      const columns = columnsOf(name).map((column) => `"${column.name}" ${SQL_TYPES[column.type]}`)
      await connection.run(`CREATE TABLE "${name}" (${columns.join(', ')})`)
      const appender = await connection.createAppender(name)
      appendRows(appender, name, tableFromIPC(bytes))
      appender.closeSync()
    }
    return (await connection.runAndReadAll(sql)).getRowObjectsJS() as Record<string, DuckDBValue>[]
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}

function appendRows(appender: DuckDBAppender, name: TableName, table: Table): void {
  const columns = columnsOf(name).map((column, i) => ({ ...column, vector: table.getChildAt(i)! }))
  for (let row = 0; row < table.numRows; row++) {
    for (const { type, vector } of columns) {
      const value = vector.get(row)
      if (value === null) appender.appendNull()
      else if (type === 'utf8') appender.appendVarchar(String(value))
      else if (type === 'int32') appender.appendInteger(Number(value))
      else if (type === 'float64') appender.appendDouble(Number(value))
      else appender.appendBoolean(Boolean(value))
    }
    appender.endRow()
  }
}
