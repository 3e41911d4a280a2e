import { type Dirent, readdirSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { FILE_BYTES, PATTERNS } from '../../contracts/index.ts'
import { CATALOG_FILES } from './catalog.ts'
import { type FileStamp, readStamp } from './file_stamp.ts'

/** One JSONL file under data/, named and placed as it must be. */
export interface DataFile extends FileStamp {
  /** Relative to the data folder, with forward slashes. */
  path: string
  absolutePath: string
  kind: 'community' | 'curated'
  /** The folder under exports/ or curated/: a contributor or a source id. */
  owner: string
  /** Month of release for community files, `null` for curated ones. */
  month: string | null
  compression: 'none' | 'gzip' | 'zstd'
  /** Whether it came after the files beside it that are not: a sample that others have sent before does not count in it. */
  isAdded?: boolean
}

/** A file or folder that has no place under data/. */
export interface Refusal {
  path: string
  expected: string
  found: string
  fix: string
}

export interface Discovery {
  files: DataFile[]
  refusals: Refusal[]
}

const SLUG = new RegExp(PATTERNS.slug)
const MONTH = new RegExp(PATTERNS.month)
/** The name that a file of rows may have. */
export const DATA_FILE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\.jsonl(\.gz|\.zst)?$/

/** Lists the files under `dataDir` in path order. Links, unexpected names and sizes are refused by name, never followed or read. */
export function discoverData(dataDir: string): Discovery {
  const discovery: Discovery = { files: [], refusals: [] }
  walk(resolve(dataDir), '', discovery)
  discovery.files.sort((a, b) => (a.path < b.path ? -1 : 1))
  return discovery
}

function walk(absoluteFolder: string, folder: string, discovery: Discovery): void {
  for (const entry of readdirSync(absoluteFolder, { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    const absolutePath = `${absoluteFolder}${sep}${entry.name}`
    const stamp = entry.isFile() ? readStamp(absolutePath) : null
    const refusal = refuse(path, entry, stamp?.bytes ?? 0)
    if (refusal) discovery.refusals.push({ path, ...refusal })
    else if (stamp === null) walk(absolutePath, path, discovery)
    else if (/^(exports|curated)\//.test(path) && DATA_FILE.test(entry.name))
      discovery.files.push(describeFile(path, absolutePath, stamp))
  }
}

function describeFile(path: string, absolutePath: string, stamp: FileStamp): DataFile {
  const [area, owner, month] = path.split('/') as [string, string, string]
  return {
    path,
    absolutePath,
    kind: area === 'exports' ? 'community' : 'curated',
    owner,
    month: area === 'exports' ? month : null,
    ...stamp,
    compression: compressionOf(path),
  }
}

/** How a file is packed, by its name. */
export function compressionOf(path: string): DataFile['compression'] {
  return path.endsWith('.gz') ? 'gzip' : path.endsWith('.zst') ? 'zstd' : 'none'
}

type Reason = Omit<Refusal, 'path'>

function refuse(path: string, entry: Dirent, bytes: number): Reason | null {
  if (entry.isSymbolicLink()) return reason('a file or folder', 'a symbolic link', 'commit the file itself')
  if (entry.isDirectory()) return refuseFolder(path.split('/'))
  if (!entry.isFile()) return reason('a file or folder', 'neither', 'remove it')
  return refuseName(path.split('/')) ?? refuseSize(bytes, path)
}

const DEPTHS = new Map(Object.entries({ catalog: 1, curated: 2, exports: 3 }))

function refuseFolder(parts: string[]): Reason | null {
  const [area, owner, month] = parts
  const depth = DEPTHS.get(area!)
  if (depth === undefined)
    return reason(
      'the folders catalog, curated and exports',
      'another folder',
      'move the files to exports/<contributor>/<YYYY-MM>/',
    )
  if (parts.length > depth)
    return reason(`folders at most ${depth} deep here`, 'a folder further down', 'move its files up')
  if (owner !== undefined && !SLUG.test(owner))
    return reason(
      'a folder name of lower-case letters, digits, dots and hyphens',
      'another name',
      'use your account name in lower case',
    )
  if (area === 'exports' && month !== undefined && !MONTH.test(month))
    return reason('a month, YYYY-MM', 'another name', 'name the folder after the month of the release')
  return null
}

function refuseName(parts: string[]): Reason | null {
  const name = parts.at(-1)!
  const [area] = parts
  if (name === 'README.md' && parts.length <= 2) return null
  if (parts.length === 1 && (name === 'policy.json' || name === 'withdrawn.json')) return null
  if (area === 'catalog' && parts.length === 2 && CATALOG_FILES.some((known) => known === name)) return null
  if (area === 'curated' && parts.length === 3 && (name === 'source.json' || DATA_FILE.test(name))) return null
  if (area === 'exports' && parts.length === 4 && DATA_FILE.test(name)) return null
  return reason(
    'exports/<contributor>/<YYYY-MM>/<name>.jsonl, .jsonl.gz or .jsonl.zst',
    'another name or place',
    'rename or move the file',
  )
}

function refuseSize(bytes: number, path: string): Reason | null {
  if (path.startsWith('catalog/') || bytes <= FILE_BYTES) return null
  const found = `${bytes.toLocaleString('en')} bytes`
  return reason(`at most ${FILE_BYTES.toLocaleString('en')} bytes`, found, 'compress the file (.gz, .zst) or split it')
}

function reason(expected: string, found: string, fix: string): Reason {
  return { expected, found, fix }
}
