import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes text to a temporary file beside `path` and renames it, so that a reader never sees half a file. */
export function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.tmp`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
}

/** Writes a value as JSON with two blanks of indentation and a final newline. */
export function writeJson(path: string, value: unknown): void {
  writeText(path, `${JSON.stringify(value, null, 2)}\n`)
}

/** Writes rows as JSON Lines: one compact object per line. */
export function writeJsonl(path: string, rows: readonly object[]): void {
  writeText(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
}
