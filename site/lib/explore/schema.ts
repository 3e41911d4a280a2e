/** What the editor and the charts know of the published tables: names, SQL types, units and what the contract says about each column. */
export interface SchemaTable {
  name: string
  columns: SchemaColumn[]
}
export interface SchemaColumn {
  name: string
  /** SQL type, such as `VARCHAR`. */
  type: string
  /** Empty where the column has none. */
  unit: string
  about: string
}

/** The tables that a query names, in the order of the schema. Names inside of longer words do not count. */
export function tablesNamedIn<T extends { name: string }>(sql: string, tables: readonly T[]): T[] {
  return tables.filter(({ name }) => new RegExp(`\\b${name}\\b`, 'i').test(sql))
}

/** Words after which a name starts something new. */
const OPENING =
  /\b(select|distinct|from|join|by|where|and|or|on|having|when|then|else|not|in|between|like|limit|case|over|filter)\s*$/i

/** A name as it is to be inserted behind `before`: a comma is put between it and another name, a blank behind a word. */
export function joinName(before: string, name: string): string {
  const last = before.at(-1) ?? ' '
  const gap = /[\w",)]/.test(last) ? ' ' : ''
  const follows = /[\w")*]\s*$/.test(before) && !OPENING.test(before)
  return follows ? `, ${name}` : `${gap}${name}`
}
