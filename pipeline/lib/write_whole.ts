import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes a file aside and renames it, so that nobody finds half of it. Makes its folder if need be. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const aside = `${path}.part`
  writeFileSync(aside, text)
  renameSync(aside, path)
}
