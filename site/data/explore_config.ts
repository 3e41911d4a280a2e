import { type Column, columnsOf, TABLES, type TableName } from '../../contracts/tables.ts'
import type { ExploreConfig, PublishedTable } from '../islands/explore/config.ts'
import { DUCKDB_FILES, duckdbFileSize, duckdbPublicPath } from '../lib/duckdb_files.ts'
import { href } from '../lib/href.ts'
import { manifest } from './published.ts'

/** Addresses and sizes of the SQL engine and of every published table. */
export function exploreConfig(): ExploreConfig {
  const address = (name: string) => href(`${duckdbPublicPath()}/${name}`)
  const engine = (module: string, worker: string) => ({
    module: address(module),
    worker: address(worker),
    bytes: duckdbFileSize(module),
  })
  return {
    engine: {
      eh: engine(DUCKDB_FILES.ehModule, DUCKDB_FILES.ehWorker),
      mvp: engine(DUCKDB_FILES.mvpModule, DUCKDB_FILES.mvpWorker),
    },
    tables: (Object.keys(TABLES) as TableName[]).map(toPublishedTable),
  }
}

function toPublishedTable(name: TableName): PublishedTable {
  const files = manifest().files.filter((file) => file.table === name && file.rows > 0)
  return {
    name,
    files: files.map((file) => ({ address: href(`data/${file.name}`), bytes: file.bytes })),
    ddl: createTable(name, columnsOf(name)),
    rows: files.reduce((sum, file) => sum + file.rows, 0),
  }
}

const SQL_TYPES: Record<Column['type'], string> = {
  utf8: 'VARCHAR',
  int32: 'INTEGER',
  float64: 'DOUBLE',
  bool: 'BOOLEAN',
}

function createTable(name: string, columns: Column[]): string {
  return `CREATE TABLE "${name}" (${columns.map((column) => `"${column.name}" ${SQL_TYPES[column.type]}`).join(', ')})`
}
