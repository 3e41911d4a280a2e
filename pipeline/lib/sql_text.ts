import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The text of a statement of pipeline/sql. */
export function readSql(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', 'sql', `${name}.sql`), 'utf8')
}
