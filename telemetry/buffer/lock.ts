import { randomBytes } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { errorCode, FILE_MODE, type Files, removeFile } from './files.ts'
import { livenessOf, ownIdentity } from './process_identity.ts'

/** A lock that this process holds. */
export interface Lock {
  /** Tells processes that cannot see this one (in other containers) that it still runs. */
  touch(): Promise<void>
  release(): Promise<void>
}

const Holder = z.object({ pid: z.number(), start: z.string(), scope: z.string(), token: z.string() })
type Holder = z.infer<typeof Holder>

/** A holder whose process cannot be seen from here counts as dead if it has not touched its lock for this long. */
const SILENCE_MS = 300_000
/** How long a lock file may be without its content, or a takeover under way. */
const UNFINISHED_MS = 10_000

/** Acquires the lock file; null if a living process holds it. The lock of a dead process is taken over. */
export async function acquireLock(files: Files, path: string): Promise<Lock | null> {
  return (await createLock(files, path)) ?? ((await clearStale(files, path)) ? createLock(files, path) : null)
}

async function createLock(files: Files, path: string): Promise<Lock | null> {
  const holder: Holder = { ...ownIdentity(), token: randomBytes(8).toString('hex') }
  try {
    const handle = await files.open(path, 'wx', FILE_MODE)
    await writeHolder(files, path, handle, JSON.stringify(holder))
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

/** A lock file without its content, left behind by a full disk, would block every process. */
async function writeHolder(files: Files, path: string, handle: FileHandle, text: string): Promise<void> {
  try {
    await handle.writeFile(text)
  } catch (error) {
    await removeFile(files, path)
    throw error
  } finally {
    await handle.close()
  }
}

/** Deletes the lock of a dead process. A second lock file ensures that only one process does so, and only to that lock. */
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

/** ms between the last change of the file and now, in either direction, as the clock may have been set back; 0 if it is gone. */
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
