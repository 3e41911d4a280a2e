import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Table, tableFromIPC } from 'apache-arrow'
import type { z } from 'zod'
import { type Column, columnsOf, type TABLES, type TableName } from '../../contracts/tables.ts'
import { dataFolder } from './folder.ts'

export type RowOf<T extends TableName> = z.infer<(typeof TABLES)[T]>

/**
 * The rows of one published file, in file order.
 * Throws if the file is missing, is not an Arrow stream, or has other columns than contracts/tables.ts.
 */
export function readTable<T extends TableName>(table: T, name = `${table}.arrow`): RowOf<T>[] {
  const parsed = parseArrow(name, readPublished(name))
  checkColumns(name, parsed, columnsOf(table))
  return toRows<RowOf<T>>(parsed)
}

/** The bytes of one published file. Throws, naming the fix, if it is missing. */
export function readPublished(name: string): Buffer {
  const path = join(dataFolder(), name)
  if (existsSync(path)) return readFileSync(path)
  throw new Error(`${path}: expected a published file, found none. Run "npm run pipeline" first, or set DATA_OUT.`)
}

/** Throws unless the columns of `found` are `expected`: names, order and types. */
export function checkColumns(name: string, found: Table, expected: Column[]): void {
  const want = expected.map((column) => `${column.name}:${column.type}`)
  const have = found.schema.fields.map((field) => `${field.name}:${typeName(String(field.type))}`)
  if (want.join() === have.join()) return
  const at = want.findIndex((column, i) => column !== have[i])
  const place = at < 0 ? want.length : at
  throw new Error(
    `${name}: column ${place + 1}: expected ${want[place] ?? 'no further column'}, found ${have[place] ?? 'none'}. ` +
      'The file and contracts/tables.ts are of different versions: run "npm run pipeline" again.',
  )
}

function parseArrow(name: string, bytes: Buffer): Table {
  try {
    return tableFromIPC(bytes)
  } catch (cause) {
    throw new Error(`${name}: expected an Arrow IPC stream, found ${bytes.length} bytes of another format.`, { cause })
  }
}

function typeName(arrowType: string): string {
  return arrowType.replace(/^Dictionary<\w+, (\w+)>$/, '$1').toLowerCase()
}

function toRows<Row>(table: Table): Row[] {
  const columns = table.schema.fields.map((field, i) => ({ name: field.name, vector: table.getChildAt(i)! }))
  return Array.from({ length: table.numRows }, (_, row) => {
    const entries = columns.map(({ name, vector }) => [name, vector.get(row)])
    return Object.fromEntries(entries) as Row
  })
}
