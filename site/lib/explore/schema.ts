/** A published table for the editor and the charts: names, SQL types, units and the descriptions of the contract. */
export interface SchemaTable {
  name: string
  columns: SchemaColumn[]
}
export interface SchemaColumn {
  name: string
  /** SQL type, such as `VARCHAR`. */
  type: string
  /** Empty if the column has none. */
  unit: string
  about: string
}

/** The tables that a query names, in the order of the schema. Only whole words count. */
export function tablesNamedIn<T extends { name: string }>(sql: string, tables: readonly T[]): T[] {
  return tables.filter(({ name }) => new RegExp(`\\b${name}\\b`, 'i').test(sql))
}

/** Keywords after which a name needs no comma. */
const KEYWORD_BEFORE =
  /\b(select|distinct|from|join|by|where|and|or|on|having|when|then|else|not|in|between|like|limit|case|over|filter)\s*$/i

/** The text that inserts a name after `before`: separated by a comma from another name, by a blank from a keyword. */
export function joinName(before: string, name: string): string {
  const last = before.at(-1) ?? ' '
  const gap = /[\w",)]/.test(last) ? ' ' : ''
  const follows = /[\w")*]\s*$/.test(before) && !KEYWORD_BEFORE.test(before)
  return follows ? `, ${name}` : `${gap}${name}`
}
