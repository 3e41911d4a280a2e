import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as zlib from 'node:zlib'
import { RESULT_BYTES } from '../../contracts/index.ts'
import { Findings } from '../import/findings.ts'
import type { InputFile } from '../import/import_files.ts'
import type { Problem } from '../import/types.ts'
import { STANDARD_INPUT } from './format.ts'
import type { CommandIo } from './io.ts'

/** Files as they are named on the command line, read and unpacked; a folder stands for the files in it. Together at most RESULT_BYTES. */
export function readInput(paths: readonly string[], io: CommandIo): { files: InputFile[]; problems: Problem[] } {
  const findings = new Findings()
  let left = RESULT_BYTES
  const files = paths.flatMap(listFiles).flatMap(({ path, found }): InputFile[] => {
    const name = path === '-' ? STANDARD_INPUT : path
    try {
      const bytes = readUnpacked(path, io, left)
      left -= bytes.length
      return [{ name, bytes, found }]
    } catch (error) {
      findings.reject({ file: name, line: 1 }, 0, explainReadError(error as NodeJS.ErrnoException))
      return []
    }
  })
  return { files, problems: findings.problems }
}

function listFiles(path: string): { path: string; found: boolean }[] {
  if (path === '-' || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [{ path, found: false }]
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((entry) => ({ path: entry, found: true }))
}

/** What is compressed is told by its first bytes, whatever the file is called. Throws if it has more than `most` bytes, unpacked. */
export function readUnpacked(path: string, io: CommandIo, most: number): Uint8Array {
  const size = path === '-' ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  const bytes = size > most ? undefined : io.readFile(path)
  if (bytes === undefined || bytes.length > most) throw Object.assign(new Error('too large'), { code: TOO_LARGE })
  const limits = { maxOutputLength: Math.max(1, most) }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return zlib.gunzipSync(bytes, limits)
  if (bytes[0] !== 0x28 || bytes[1] !== 0xb5 || bytes[2] !== 0x2f || bytes[3] !== 0xfd) return bytes
  // Older versions of Node cannot.
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: typeof zlib.zstdDecompressSync }
  if (!zstdDecompressSync) throw new Error('zstd, which this Node cannot unpack; unpack it with zstd -d first')
  return zstdDecompressSync(bytes, limits)
}

/** The code of Node's error for what unpacks to more than it may. */
const TOO_LARGE = 'ERR_BUFFER_TOO_LARGE'

const REASONS: Record<string, { expected: string; found: string; fix: string }> = {
  ENOENT: { expected: 'a file', found: 'nothing', fix: 'check the path' },
  EACCES: { expected: 'a readable file', found: 'one that this user may not read', fix: 'check its permissions' },
  [TOO_LARGE]: {
    expected: `at most ${RESULT_BYTES.toLocaleString('en')} bytes in all files of one import, unpacked`,
    found: 'more',
    fix: 'import fewer files at once, or split the file',
  },
  Z_BUF_ERROR: { expected: 'a whole compressed file', found: 'one that breaks off', fix: 'copy it again' },
  Z_DATA_ERROR: { expected: 'a whole compressed file', found: 'a damaged one', fix: 'copy it again' },
}

function explainReadError({ code = '', message }: NodeJS.ErrnoException) {
  const reason = REASONS[code] ?? { expected: 'a readable file', found: code || message, fix: 'check the file' }
  return { field: 'file', ...reason }
}
