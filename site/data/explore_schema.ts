import { type Column, columnsOf, TABLES, type TableName } from '../../contracts/tables.ts'
import type { SchemaTable } from '../lib/explore/schema.ts'
import { manifest } from './published.ts'

/** The SQL type of each Arrow type in the published tables. */
export const SQL_TYPES: Record<Column['type'], string> = {
  utf8: 'VARCHAR',
  int32: 'INTEGER',
  float64: 'DOUBLE',
  bool: 'BOOLEAN',
}

export interface DescribedTable extends SchemaTable {
  about: string
  rows: number
  bytes: number
}

/** Every published table with its size, and its columns as the contract describes them. */
export function describeTables(): DescribedTable[] {
  return (Object.keys(TABLES) as TableName[]).map((name) => {
    const files = manifest().files.filter((file) => file.table === name && file.rows > 0)
    return {
      name,
      about: TABLES[name].meta()?.description ?? '',
      rows: files.reduce((sum, file) => sum + file.rows, 0),
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      columns: columnsOf(name).map((column) => ({
        name: column.name,
        type: SQL_TYPES[column.type],
        unit: column.unit === null || column.unit === '1' ? '' : column.unit,
        about: `${column.title}. ${column.description}`.replaceAll('`', ''),
      })),
    }
  })
}
