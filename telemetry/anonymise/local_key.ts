import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { configFolder } from '../config/paths.ts'

const KEY_BYTES = 32
const KEY_TEXT = /^[0-9a-f]{64}\n?$/

/** The path of the local key, which never leaves the host: `ORCH_KEY_FILE`, else `anonymise.key` in the folder of the settings. */
export function localKeyPath(env: NodeJS.ProcessEnv): string {
  return env.ORCH_KEY_FILE || join(configFolder(env), 'anonymise.key')
}

/**
 * Reads the local key; creates it (32 random bytes, mode 0600) when first needed.
 * Throws if it cannot be created, is not such a key, or can be read by others.
 */
export function loadLocalKey(env: NodeJS.ProcessEnv): Buffer {
  const path = localKeyPath(env)
  try {
    if (!existsSync(path)) createKey(path)
    return readKey(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const fix = 'Make the folder writable, or set ORCH_KEY_FILE to a path that is.'
    throw new Error(`${path}: expected to read or create the local key, found ${code}. ${fix}`, { cause: error })
  }
}

function readKey(path: string): Buffer {
  const text = readFileSync(path, 'utf8')
  if (!KEY_TEXT.test(text)) {
    throw new Error(
      `${path}: expected the local key, 64 hexadecimal digits; found ${text.length} other characters. ` +
        'Restore the file, or delete it to start with a new key (samples exported before are then no longer recognised).',
    )
  }
  assertPrivate(path)
  return Buffer.from(text.trim(), 'hex')
}

function assertPrivate(path: string): void {
  if (process.platform === 'win32') return
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o077) === 0) return
  throw new Error(
    `${path}: expected a key that only its owner can read (mode 0600), found mode 0${mode.toString(8)}. ` +
      `Run: chmod 600 ${path}`,
  )
}

/** Writes a temporary file, then links it: two processes that start at once both end up with the key that came first. */
function createKey(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(temporary, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}
