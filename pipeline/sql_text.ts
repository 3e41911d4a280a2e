import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A SQL string literal. For text that cannot be bound as a parameter: patterns, prefixes, table names in generated statements. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** The text of a statement of pipeline/sql. */
export function readSql(name: string): string {
  return readFileSync(join(import.meta.dirname, 'sql', `${name}.sql`), 'utf8')
}
