import { DataType, type Field, tableFromIPC, type Vector } from 'apache-arrow'

/** A value of a result. Times are ISO strings, lists and structs are JSON. */
export type Value = string | number | bigint | boolean | null
export type ColumnKind = 'number' | 'time' | 'text' | 'other'
export interface ResultColumn {
  /** Unique in its result: a repeated name gets a number. */
  name: string
  kind: ColumnKind
}
export interface QueryResult {
  columns: ResultColumn[]
  rowCount: number
  /** The rows from `start` (inclusive) to `end` (exclusive). */
  rows(start?: number, end?: number): Value[][]
  /** The rows at these positions, in that order. */
  pick(numbers: Uint32Array): Value[][]
  /** All values of a column. */
  column(i: number): Value[]
  /** The result as an Arrow IPC stream. */
  bytes: Uint8Array
}

/** Reads the Arrow IPC stream of a result. */
export function decodeResult(bytes: Uint8Array): QueryResult {
  const table = tableFromIPC(bytes)
  const { fields } = table.schema
  const vectors = fields.map((_, i) => table.getChildAt(i) as Vector)
  const readers = fields.map((field) => readerOf(field.type))
  return {
    columns: namesOf(fields).map((name, i) => ({ name, kind: kindOf(fields[i]!.type) })),
    rowCount: table.numRows,
    bytes,
    rows(start = 0, end = table.numRows) {
      const columns = vectors.map((vector, i) => Array.from(vector.slice(start, end), readers[i]!))
      const count = Math.max(0, Math.min(end, table.numRows) - start)
      return Array.from({ length: count }, (_, row) => columns.map((column) => column[row]!))
    },
    pick: (numbers) => Array.from(numbers, (row) => vectors.map((vector, i) => readers[i]!(vector.get(row)))),
    column: (i) => Array.from(vectors[i]!, readers[i]!),
  }
}

/** `a`, `a`, `b` → `a`, `a_2`, `b`. */
function namesOf(fields: readonly Field[]): string[] {
  const seen = new Map<string, number>()
  return fields.map(({ name }) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name}_${count}`
  })
}

function kindOf(type: DataType): ColumnKind {
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type)) return 'number'
  if (DataType.isDate(type) || DataType.isTimestamp(type)) return 'time'
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isDictionary(type) ? 'text' : 'other'
}

function readerOf(type: DataType): (value: unknown) => Value {
  const read = specialReader(type)
  return read ? (value) => (value === null ? null : read(value)) : toValue
}

function specialReader(type: DataType): ((value: unknown) => Value) | undefined {
  if (DataType.isDate(type)) return (value) => isoTime(value).slice(0, 10)
  if (DataType.isTimestamp(type)) return isoTime
  if (DataType.isTime(type)) return clockTime
  if (DataType.isBinary(type)) return (value) => `\\x${hexOf(value as Uint8Array)}`
  return DataType.isInterval(type) ? (value) => `[${(value as Int32Array).join(', ')}]` : undefined
}

/** Microseconds of a day → `10:00:01` or `10:00:01.5`. */
function clockTime(value: unknown): string {
  const seconds = Number(value) / 1e6
  return new Date(seconds * 1000).toISOString().slice(11, -1).replace(/\.0+$/, '')
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Milliseconds since 1970 → `2026-11-24T10:00:00.000Z`; a value out of range stays a number. */
function isoTime(value: unknown): string {
  const date = new Date(Number(value))
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString()
}

function toValue(value: unknown): Value {
  if (value === null || value === undefined) return null
  if (['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return value as Value
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part))
}
