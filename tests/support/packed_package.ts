import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const ROOT = join(import.meta.dirname, '../..')
/** What takes so long has come to a stop, however busy the machine is. */
const HANG_MS = 300_000

/**
 * The tarball of `npm pack`. It is made once in a run of the tests, by the first that asks, in the run's own temporary folder; the
 * others wait for it.
 */
export async function packPackage(): Promise<string> {
  const folder = join(tmpdir(), 'orch-package')
  const lock = `${folder}.lock`
  const until = performance.now() + HANG_MS
  while (!existsSync(folder)) {
    if (tryLock(lock)) {
      try {
        if (!existsSync(folder)) renameSync(pack(), folder)
      } finally {
        rmdirSync(lock)
      }
    } else if (performance.now() > until)
      throw new Error(`${lock}: expected a tarball within ${HANG_MS} ms, found none`)
    else await sleep(100)
  }
  return join(folder, readdirSync(folder)[0]!)
}

function tryLock(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch {
    return false
  }
}

/** Returns a folder with the tarball alone. */
function pack(): string {
  const target = mkdtempSync(join(tmpdir(), 'orch-pack-'))
  const path = [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const cache = mkdtempSync(join(tmpdir(), 'orch-npm-'))
  const env = { ...process.env, PATH: path, npm_config_cache: cache, npm_config_update_notifier: 'false' }
  const args = ['pack', '--silent', '--offline', '--pack-destination', target]
  execFileSync('npm', args, { cwd: ROOT, env, stdio: 'pipe' })
  return target
}
