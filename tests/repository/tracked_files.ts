import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The top folder of this repository. */
export const ROOT = join(import.meta.dirname, '..', '..')

export interface TrackedFile {
  /** Relative to the top folder, with forward slashes. */
  path: string
  bytes: number
  isSymlink: boolean
  /** The text; null for a binary file. */
  read(): string | null
}

/** Every file that git tracks and that is there. */
export function listTrackedFiles(): TrackedFile[] {
  const output = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  const paths = output.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)))
  return paths.map((path) => {
    const found = lstatSync(join(ROOT, path))
    return { path, bytes: found.size, isSymlink: found.isSymbolicLink(), read: () => readText(join(ROOT, path)) }
  })
}

function readText(path: string): string | null {
  const bytes = readFileSync(path)
  return bytes.includes(0) ? null : bytes.toString('utf8')
}
