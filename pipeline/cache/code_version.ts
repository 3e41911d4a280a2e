import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

/** What a build's results follow from, beside its input. */
const FOLDERS = [
  'contracts',
  'pipeline/aggregate',
  'pipeline/cache',
  'pipeline/build',
  'pipeline/lib',
  'pipeline/report',
  'pipeline/review',
  'pipeline/scan',
  'pipeline/strata',
  'pipeline/publish',
  'pipeline/read',
  'pipeline/sql/benchmarks',
]
const SQL = 'pipeline/sql'

let version: string | null = null

/** A hash of the code that computes what the cache holds: one changed byte, and everything is computed anew. */
export function codeVersion(): string {
  version ??= hashCode()
  return version
}

function hashCode(): string {
  const hash = createHash('sha256')
    .update(process.version)
    .update(readFileSync(join(ROOT, 'package.json')))
  for (const path of [...FOLDERS.flatMap((folder) => listFiles(folder, true)), ...listFiles(SQL, false)]) {
    const content = readFileSync(join(ROOT, path))
    hash.update(`${path}\n${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

function listFiles(folder: string, recursive: boolean): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive, withFileTypes: true, encoding: 'utf8' })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => path.slice(ROOT.length + 1).replaceAll('\\', '/'))
    .sort()
}
