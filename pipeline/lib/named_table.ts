import {
  Bool,
  type Data,
  type DataType,
  Field,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import { type Column, columnsOf, type TableName } from '../../contracts/index.ts'

/** A published file before it is written. */
export interface NamedTable {
  name: string
  table: TableName
  rows: number
  bytes: Uint8Array
}

/**
 * Rows as an Arrow IPC stream with the columns of a published table. The stream form with its end marker is the only one that
 * duckdb-wasm reads without losing the table in silence. Throws TypeError on a null in a column that has none.
 */
export function packTable(name: string, table: TableName, rows: readonly object[]): NamedTable {
  const columns = columnsOf(table)
  const schema = new Schema(columns.map((column) => new Field(column.name, TYPES[column.type](), column.nullable)))
  const children = columns.map((column) => toData(column, valuesOf(table, column, rows)))
  const data = makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children })
  const bytes = tableToIPC(new Table([new RecordBatch(schema, data)]), 'stream')
  return { name, table, rows: rows.length, bytes }
}

/** The rows of a table in its published form. */
export function unpackTable<T>(bytes: Uint8Array): T[] {
  return tableFromIPC(bytes)
    .toArray()
    .map((row) => row.toJSON() as T)
}

/** Numbers and texts without a null among them need no builder, which takes ten times as long. */
function toData(column: Column, values: unknown[]): Data {
  const length = values.length
  if (column.type === 'bool' || values.includes(null)) return vectorFromArray(values, TYPES[column.type]()).data[0]!
  if (column.type === 'utf8') return toTextData(values as string[])
  if (column.type === 'int32')
    return makeData({ type: new Int32(), length, nullCount: 0, data: Int32Array.from(values as number[]) })
  return makeData({ type: new Float64(), length, nullCount: 0, data: Float64Array.from(values as number[]) })
}

function toTextData(values: string[]): Data {
  const { length } = values
  const valueOffsets = new Int32Array(length + 1)
  for (let i = 0; i < length; i++) valueOffsets[i + 1] = valueOffsets[i]! + Buffer.byteLength(values[i]!)
  return makeData({ type: new Utf8(), length, nullCount: 0, valueOffsets, data: Buffer.from(values.join('')) })
}

function valuesOf(table: TableName, column: Column, rows: readonly object[]): unknown[] {
  return rows.map((row, i) => {
    const value = (row as Record<string, unknown>)[column.name] ?? null
    if (value === null && !column.nullable)
      throw new TypeError(`${table}.${column.name}: row ${i + 1}: expected a value, found null`)
    return value
  })
}

const TYPES: Record<Column['type'], () => DataType> = {
  utf8: () => new Utf8(),
  int32: () => new Int32(),
  float64: () => new Float64(),
  bool: () => new Bool(),
}
