import { readFileSync, writeFileSync } from 'node:fs'

interface LockFile {
  packages: Record<string, { dev?: boolean; engines?: unknown }>
}

/**
 * The text of a package-lock.json without the Node that each development package asks for. `npm ci` warns of each that asks for a newer
 * Node than the one that runs npm, which no development package ever runs on: the scripts have a Node of their own.
 */
export function trimLockFile(text: string): string {
  const lock = JSON.parse(text) as LockFile
  for (const entry of Object.values(lock.packages)) if (entry.dev) delete entry.engines
  return `${JSON.stringify(lock, null, 2)}\n`
}

if (import.meta.main) {
  const path = `${import.meta.dirname}/../package-lock.json`
  writeFileSync(path, trimLockFile(readFileSync(path, 'utf8')))
}
