import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

/** What computes the published tables: everything that it imports counts, and every statement of SQL. */
const ENTRIES = ['pipeline/build/build.ts', 'pipeline/scan/scan_thread.ts']
const SQL = 'pipeline/sql'

let version: string | null = null

/** A hash of the code that computes what the cache holds: one changed byte, and everything is computed anew. */
export function codeVersion(): string {
  if (version !== null) return version
  const hash = createHash('sha256').update(process.version)
  for (const path of ['package.json', ...listCode()]) {
    const content = readFileSync(join(ROOT, path))
    hash.update(`${path}\n${content.length}\n`).update(content)
  }
  version = hash.digest('hex')
  return version
}

/** The files that the hash is of, relative to the repository, in order. */
export function listCode(): string[] {
  const found = new Set<string>()
  const visit = (path: string) => {
    if (found.has(path)) return
    found.add(path)
    for (const specifier of readImports(path)) visit(normalize(join(dirname(path), specifier)).replaceAll('\\', '/'))
  }
  for (const entry of ENTRIES) visit(entry)
  const statements = readdirSync(join(ROOT, SQL), { recursive: true, encoding: 'utf8' })
  const sql = statements.filter((name) => name.endsWith('.sql')).map((name) => `${SQL}/${name.replaceAll('\\', '/')}`)
  return [...found, ...sql].sort()
}

/** Static imports, exports and dynamic imports of files of this repository, as the formatter writes them. */
function readImports(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8')
  return [...text.matchAll(/(?:\bfrom|\bimport\(?) ?'(\.{1,2}\/[^']+\.ts)'/g)].map(([, specifier]) => specifier!)
}
