import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the package chdb lives, apart from the other packages because it takes 0.5 GB. */
const FOLDER = import.meta.dirname

interface Lock {
  packages: Record<string, { version?: string }>
}

/** Whether the locked release of chdb is installed. */
export function isInstalled(): boolean {
  return existsSync(join(FOLDER, 'node_modules', 'chdb')) && isSame('node_modules/chdb')
}

/** Installs chdb where its locked release is not there yet. Throws where npm fails. */
export function installChdb(): void {
  if (isInstalled()) return
  // The lock file has the engine of Linux on x64 only: elsewhere npm chooses the engine of the same release.
  const words = hasEngine() ? ['ci'] : ['install', '--no-package-lock']
  execFileSync('npm', [...words, '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: 'inherit' })
}

function isSame(path: string): boolean {
  const installed = JSON.parse(readFileSync(join(FOLDER, path, 'package.json'), 'utf8')) as { version: string }
  return installed.version === readLock().packages[path]?.version
}

function hasEngine(): boolean {
  const engine = `node_modules/@chdb/lib-${process.platform}-${process.arch}`
  return Object.keys(readLock().packages).some((path) => path.startsWith(engine))
}

function readLock(): Lock {
  return JSON.parse(readFileSync(join(FOLDER, 'package-lock.json'), 'utf8')) as Lock
}

if (import.meta.main) installChdb()
