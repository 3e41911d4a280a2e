import { renameSync, writeFileSync } from 'node:fs'

/** Writes a file aside and renames it, so that nobody finds half of it. */
export function writeWhole(path: string, text: string): void {
  const aside = `${path}.part`
  writeFileSync(aside, text)
  renameSync(aside, path)
}
