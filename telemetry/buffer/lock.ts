import { randomBytes } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { errorCode, FILE_MODE, type Files, removeFile } from './files.ts'
import { livenessOf, ownIdentity } from './process_identity.ts'

/** A lock that this process holds. */
export interface Lock {
  /** Shows processes that cannot see this one (in other containers) that it is still at work. */
  touch(): Promise<void>
  release(): Promise<void>
}

const Holder = z.object({ pid: z.number(), start: z.string(), scope: z.string(), token: z.string() })
type Holder = z.infer<typeof Holder>

/** A holder that cannot be asked whether it lives, and has not shown itself for this long, is taken for dead. */
const SILENCE_MS = 300_000
/** How long a lock file may be without its content, or a takeover under way. */
const UNFINISHED_MS = 10_000

/** Takes the lock file; null where a living process holds it. That of a dead one is taken over. */
export async function acquireLock(files: Files, path: string): Promise<Lock | null> {
  return (await createLock(files, path)) ?? ((await clearStale(files, path)) ? createLock(files, path) : null)
}

async function createLock(files: Files, path: string): Promise<Lock | null> {
  const holder: Holder = { ...ownIdentity(), token: randomBytes(8).toString('hex') }
  try {
    const handle = await files.open(path, 'wx', FILE_MODE)
    await fill(files, path, handle, JSON.stringify(holder))
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return null
    throw error
  }
  return {
    touch: async () => files.utimes(path, new Date(), new Date()).catch(() => undefined),
    release: async () => {
      if ((await readHolder(files, path))?.token === holder.token) await removeFile(files, path)
    },
  }
}

/** A lock without its content, left behind by a full disk, would hold up everyone. */
async function fill(files: Files, path: string, handle: FileHandle, text: string): Promise<void> {
  try {
    await handle.writeFile(text)
  } catch (error) {
    await removeFile(files, path)
    throw error
  } finally {
    await handle.close()
  }
}

/** Deletes the lock of a dead process. A second file sees to it that only one process does so, and only to that very lock. */
async function clearStale(files: Files, path: string): Promise<boolean> {
  const seen = await readHolder(files, path)
  if (!(await isStale(files, path, seen))) return false
  const takeover = `${path}.takeover`
  try {
    await (await files.open(takeover, 'wx', FILE_MODE)).close()
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    if ((await silenceOf(files, takeover)) > UNFINISHED_MS) await removeFile(files, takeover)
    return false
  }
  try {
    if ((await readHolder(files, path))?.token !== seen?.token) return false
    await removeFile(files, path)
    return true
  } finally {
    await removeFile(files, takeover)
  }
}

async function isStale(files: Files, path: string, holder: Holder | null): Promise<boolean> {
  if (!holder) return (await silenceOf(files, path)) > UNFINISHED_MS
  const liveness = livenessOf(holder)
  return liveness === 'dead' || (liveness === 'foreign' && (await silenceOf(files, path)) > SILENCE_MS)
}

/** ms since the file was last changed; 0 where it is gone. A clock that was set back makes it no younger than that. */
async function silenceOf(files: Files, path: string): Promise<number> {
  try {
    return Math.abs(Date.now() - (await files.stat(path)).mtimeMs)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw error
  }
}

async function readHolder(files: Files, path: string): Promise<Holder | null> {
  try {
    return Holder.parse(JSON.parse(await files.readFile(path, 'utf8')))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || errorCode(error) === 'ENOENT') return null
    throw error
  }
}
