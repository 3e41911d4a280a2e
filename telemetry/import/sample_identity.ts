import { createHash } from 'node:crypto'

/**
 * Identifies the content of a row. It is the row and not the file that counts: tools append to their output files, and
 * what was exported before must keep its identity.
 */
export function hashContent(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 40)
}
