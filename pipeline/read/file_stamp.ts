import { existsSync, lstatSync } from 'node:fs'

/** What a look at a file without reading it tells. */
export interface FileStamp {
  bytes: number
  /** Path, size, times and inode; null where a change could leave them as they are. */
  stamp: string | null
}

/** Times advance in steps of at most this (one tick at 100 Hz is 10 ms): a file that is older cannot change again unseen. */
const STEP_MS = 50
const pause = new Int32Array(new SharedArrayBuffer(4))

/** Looks at a file by its absolute path. Waits where it is so young that a change could leave size and times as they are. Throws where there is none. */
export function readStamp(path: string): FileStamp {
  const { size, mtimeMs, ctimeMs, ino } = lstatSync(path)
  const age = Date.now() - ctimeMs
  if (age >= STEP_MS) return { bytes: size, stamp: `stat\n${path}\n${size}\n${mtimeMs}\n${ctimeMs}\n${ino}` }
  // A time in the future says nothing.
  if (age < -STEP_MS) return { bytes: size, stamp: null }
  Atomics.wait(pause, 0, 0, STEP_MS - age)
  return readStamp(path)
}

/** Whether a file is still what it was. */
export function isUnchanged({ absolutePath, stamp }: Pick<FileStamp, 'stamp'> & { absolutePath: string }): boolean {
  return existsSync(absolutePath) && readStamp(absolutePath).stamp === stamp
}
