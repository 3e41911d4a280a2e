import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { DataFile } from '../read/discover.ts'

/** By path of a file what names its content; no other file has the key of one that cannot be told from a later form of itself. */
export type ContentKeys = ReadonlyMap<string, string>

/**
 * Names the content of each file without reading it: its git blob where git says that it is unchanged, else its path, size, times and inode.
 * Hashing content takes nearly as long as scanning it.
 */
export function nameContents(files: readonly DataFile[], dataDir: string): ContentKeys {
  const blobs = readBlobs(dataDir)
  const keyOf = ({ absolutePath, stamp, bytes }: DataFile) => {
    const blob = blobs.get(absolutePath)
    // With the size: filters (line ends, large files) make two forms of one blob.
    return stamp !== null && blob !== undefined ? `blob ${blob} ${bytes}` : (stamp ?? randomUUID())
  }
  return new Map(files.map((file) => [file.path, keyOf(file)]))
}

/** The blob of each tracked file below a folder that is as it was committed or added, by absolute path. Empty outside of git. */
function readBlobs(dataDir: string): Map<string, string> {
  try {
    const changed = new Set(callGit(dataDir, ['diff-files', '--name-only', '--relative', '-z']))
    const blobs = new Map<string, string>()
    for (const line of callGit(dataDir, ['ls-files', '-s', '-v', '-z'])) {
      const [, blob, path] = /^H \d+ ([0-9a-f]{40,64}) 0\t(.*)$/s.exec(line) ?? []
      if (blob !== undefined && !changed.has(path!)) blobs.set(resolve(dataDir, path!), blob)
    }
    return blobs
  } catch {
    // No git, no repository, or one that git does not trust.
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
