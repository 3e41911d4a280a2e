import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { errorCode, FILE_MODE, type Files, orNull, removeFile } from './files.ts'
import { livenessOf, ownIdentity } from './process_identity.ts'

/** A lock that this process holds. */
export interface Lock {
  /** Tells processes that cannot see this one (in other containers) that it still runs. */
  touch(): Promise<void>
  /** Never rejects: a lock that cannot be deleted is free for this process all the same, and for others when it ends. */
  release(): Promise<void>
}

const Holder = z.object({
  pid: z.number(),
  start: z.string(),
  scope: z.string(),
  token: z.string().regex(/^[0-9a-f]{16}$/),
})
type Holder = z.infer<typeof Holder>

/** A holder whose process cannot be seen from here counts as dead if it has not touched its lock for this long. */
const SILENCE_MS = 300_000
/** How long `withLock` waits, and how long between two attempts at most. */
const WAIT_MS = 10_000
const RETRY_MS = 20

/** The tokens of the locks that this process holds. */
const held = new Set<string>()

/** Does the work while it holds the lock file, for which it waits ten seconds at most. */
export async function withLock<T>(files: Files, path: string, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + WAIT_MS
  let lock = await acquireLock(files, path)
  while (!lock) {
    if (performance.now() > until)
      throw new Error(`${path}: expected to wait for another process for a moment, found that it does not end`)
    await sleep(Math.random() * RETRY_MS)
    lock = await acquireLock(files, path)
  }
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

/** Acquires the lock file; null if a living process holds it. The lock of a dead process is taken over. */
export async function acquireLock(files: Files, path: string): Promise<Lock | null> {
  const lock = await createLock(files, path)
  if (lock) return lock
  const holder = await readHolder(files, path)
  if (!holder || !(await isStale(files, path, holder))) return null
  // A lock named after the dead one: of all that want to delete it, one may, and only that one.
  const right = await acquireLock(files, `${path}.${holder.token}`)
  if (!right) return null
  try {
    if ((await readHolder(files, path))?.token !== holder.token) return null
    await removeFile(files, path)
    return await createLock(files, path)
  } finally {
    await right.release()
  }
}

/** Links a file that is complete already, so that a lock always says who holds it. */
async function createLock(files: Files, path: string): Promise<Lock | null> {
  const token = randomBytes(8).toString('hex')
  const temporary = `${path}.${token}.tmp`
  try {
    const handle = await files.open(temporary, 'wx', FILE_MODE)
    await handle.writeFile(JSON.stringify({ ...ownIdentity(), token })).finally(() => handle.close())
    await files.link(temporary, path)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return null
    throw error
  } finally {
    await removeFile(files, temporary).catch(() => undefined)
  }
  held.add(token)
  return {
    touch: async () => files.utimes(path, new Date(), new Date()).catch(() => undefined),
    release: async () => {
      held.delete(token)
      const holder = await readHolder(files, path).catch(() => null)
      if (holder?.token === token) await removeFile(files, path).catch(() => undefined)
    },
  }
}

async function isStale(files: Files, path: string, holder: Holder): Promise<boolean> {
  const liveness = livenessOf(holder)
  if (liveness !== 'foreign') return liveness === 'dead' || (holder.pid === process.pid && !held.has(holder.token))
  const found = await orNull(files.stat(path))
  // In either direction, as the clock may have been set back.
  return found !== null && Math.abs(Date.now() - found.mtimeMs) > SILENCE_MS
}

/** null if the file is gone. One without its content, as a power cut leaves it, is of nobody who lives. */
async function readHolder(files: Files, path: string): Promise<Holder | null> {
  const text = await orNull(files.readFile(path, 'utf8'))
  if (text === null) return null
  try {
    return Holder.parse(JSON.parse(text))
  } catch {
    return { ...ownIdentity(), token: 'unreadable' }
  }
}
