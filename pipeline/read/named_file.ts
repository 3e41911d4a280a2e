import { lstatSync, readFileSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { FILE_BYTES, PATTERNS } from '../../contracts/index.ts'
import { compressionOf, DATA_FILE, type DataFile, type Refusal } from './discover.ts'
import { type FileStamp, readStamp } from './file_stamp.ts'

/** Where a file belongs under exports/. */
export interface Place {
  contributor: string
  month: string
}

/** Why a file named on the command line is not read: none where it is. */
export function refuseNamed(path: string): Refusal[] {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  const refusal = (expected: string, found: string, fix: string) => [{ path, expected, found, fix }]
  if (stats === undefined) return refusal('a file', 'nothing', 'check the path')
  if (!stats.isFile())
    return refusal('a file', stats.isSymbolicLink() ? 'a symbolic link' : 'no regular file', 'name the file itself')
  if (!/\.jsonl(\.gz|\.zst)?$/.test(path))
    return refusal('a name that ends in .jsonl, .jsonl.gz or .jsonl.zst', basename(path), 'rename the file')
  if (stats.size > FILE_BYTES)
    return refusal(
      `at most ${FILE_BYTES.toLocaleString('en')} bytes`,
      stats.size.toLocaleString('en'),
      'compress or split the file',
    )
  return []
}

/** The origin of a curated row names a file; that of a contributed run is opaque, and may stand beside samples. */
const CURATED = /"origin"\s*:\s*"(?![0-9a-f]{16,64}#)/

/** A file anywhere on disk, by itself. */
export function describeNamed(path: string): DataFile {
  const folder = basename(dirname(resolve(path)))
  const curated = CURATED.test(readFileSync(path).subarray(0, 4096).toString())
  return {
    ...describeContent(path),
    path,
    kind: curated ? 'curated' : 'community',
    owner: 'local',
    month: !curated && new RegExp(PATTERNS.month).test(folder) ? folder : null,
  }
}

/** A file as if it lay in its contributor's folder of a month. */
export function describePlaced(path: string, { contributor, month }: Place): DataFile {
  return {
    ...describeContent(path),
    path: `exports/${contributor}/${month}/${basename(path)}`,
    kind: 'community',
    owner: contributor,
    month,
  }
}

/** Why a file cannot lie under data/ with the name that it has: none where it can. */
export function refusePlaced(path: string): Refusal[] {
  const name = basename(path)
  if (DATA_FILE.test(name)) return []
  const expected =
    'a name of letters, digits, dots, hyphens and underscores that ends in .jsonl, .jsonl.gz or .jsonl.zst'
  return [{ path, expected, found: name, fix: 'rename the file' }]
}

/** The path of a file relative to the data folder, or null where it lies elsewhere. */
export function pathBelow(dataDir: string, path: string): string | null {
  const below = relative(resolve(dataDir), resolve(path))
  return below.startsWith('..') || below === '' ? null : below.replaceAll('\\', '/')
}

function describeContent(path: string): FileStamp & Pick<DataFile, 'absolutePath' | 'compression'> {
  const absolutePath = resolve(path)
  return { absolutePath, ...readStamp(absolutePath), compression: compressionOf(path) }
}
