import { randomBytes } from 'node:crypto'
import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError } from './usage_error.ts'

/** Throws UsageError if a file may not or cannot be written, before any work is done. */
export function assertWritable(path: string, force: boolean): void {
  if (existsSync(path) && !force) {
    throw new UsageError(`--out: ${path} exists. Choose another name, or pass --force to overwrite it.`)
  }
  const folder = dirname(path)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`--out: the folder ${folder} does not exist. Create it first.`)
  }
}

/** Writes a file atomically: to a new temporary file, whose name nobody can foresee, which is then renamed. */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    writeFileSync(aside, content, { flag: 'wx' })
    renameSync(aside, path)
  } finally {
    rmSync(aside, { force: true })
  }
}
