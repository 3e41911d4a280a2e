import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { DataFile } from '../read/discover.ts'
import { readStamp } from '../read/file_stamp.ts'

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
  readonly #blobs: Map<string, string>

  constructor(dataDir: string) {
    this.#blobs = readBlobs(dataDir)
  }

  of(file: DataFile): string | null {
    const blob = this.#blobs.get(file.absolutePath)
    if (file.stamp === null || blob === undefined) return file.stamp
    // With the size: filters (line ends, large files) make two forms of one blob.
    return `blob ${blob} ${file.bytes}`
  }

  isUnchanged({ absolutePath, stamp }: DataFile): boolean {
    return existsSync(absolutePath) && readStamp(absolutePath).stamp === stamp
  }
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
