import { execFileSync } from 'node:child_process'
import { type BigIntStats, existsSync, lstatSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { DataFile } from '../read/discover.ts'

/** Names the content of files. */
export interface FileKeys {
  /** The key of a file, or null where it cannot be told from a later form of itself. */
  of(file: DataFile): string | null
  /** Whether a file is still what it was. */
  isUnchanged(file: DataFile): boolean
}

/** Keys for a cache that ends with the build. */
export const PATHS_AS_KEYS: FileKeys = { of: ({ absolutePath }) => absolutePath, isUnchanged: () => true }

/**
 * What names the content of each file without reading it: its git blob where git says that it is unchanged, else its path, size, times and
 * inode. Hashing content takes nearly as long as scanning it.
 */
export class ContentKeys implements FileKeys {
  readonly #stats: Map<string, string | null>
  readonly #blobs: Map<string, string>

  constructor(files: readonly DataFile[], dataDir: string | null) {
    this.#stats = new Map(files.map(({ absolutePath }) => [absolutePath, readStamp(absolutePath)]))
    this.#blobs = dataDir === null ? new Map() : readBlobs(dataDir)
  }

  of(file: DataFile): string | null {
    const stamp = this.#stats.get(file.absolutePath) ?? null
    const blob = this.#blobs.get(resolve(file.absolutePath))
    if (stamp === null || blob === undefined) return stamp
    // With the size: filters (line ends, large files) make two forms of one blob.
    return `blob ${blob} ${file.bytes}`
  }

  isUnchanged({ absolutePath }: DataFile): boolean {
    return this.#stats.get(absolutePath) === readStamp(absolutePath)
  }
}

/** Times advance in steps of at most this (one tick at 100 Hz is 10 ms): a file that is older cannot change again unseen. */
const STEP_MS = 50
const pause = new Int32Array(new SharedArrayBuffer(4))

/** Path, size, times and inode. Waits where the file is so young that a change could leave them as they are. */
function readStamp(path: string): string | null {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  if (stats === undefined) return null
  const age = Date.now() - Number(stats.ctimeMs)
  if (age >= STEP_MS) return describe(path, stats)
  // A time in the future says nothing.
  if (age < -STEP_MS) return null
  Atomics.wait(pause, 0, 0, STEP_MS - age)
  return readStamp(path)
}

function describe(path: string, { size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return ['stat', resolve(path), size, mtimeNs, ctimeNs, ino].join('\n')
}

/** The blob of each tracked file below a folder that is as it was committed or added, by absolute path. Empty outside of git. */
function readBlobs(dataDir: string): Map<string, string> {
  if (!isInWorkTree(resolve(dataDir))) return new Map()
  try {
    const changed = new Set(callGit(dataDir, ['diff-files', '--name-only', '--relative', '-z']))
    const blobs = new Map<string, string>()
    for (const line of callGit(dataDir, ['ls-files', '-s', '-v', '-z'])) {
      const [, blob, path] = /^H \d+ ([0-9a-f]{40,64}) 0\t(.*)$/s.exec(line) ?? []
      if (blob !== undefined && !changed.has(path!)) blobs.set(resolve(dataDir, path!), blob)
    }
    return blobs
  } catch {
    // No git, or it does not trust the folder.
    return new Map()
  }
}

/** Lines that end in NUL. A file system monitor of the repository's settings would be a program to start: none is. */
function callGit(folder: string, args: string[]): string[] {
  const output = execFileSync('git', ['-c', 'core.fsmonitor=false', ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return output.split('\0').slice(0, -1)
}

function isInWorkTree(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true
  return dirname(folder) !== folder && isInWorkTree(dirname(folder))
}
