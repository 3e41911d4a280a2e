import { join } from 'node:path'
import { showName } from '../../contracts/show.ts'
import { type Files, listFolder, removeFile, systemFiles } from './files.ts'
import { layout } from './layout.ts'
import { withLock } from './lock.ts'
import { countRecords } from './read_segment.ts'
import { parseSegmentName, SEGMENT_ID } from './segment_name.ts'
import { listSegments, sizeSegments } from './segments.ts'

export interface Cleared {
  segments: number
  samples: number
  bytes: number
}

/**
 * Deletes the samples of a buffer, its counters and what is kept for inspection. A process that is recording begins a new segment.
 *
 * @throws Error if the folder holds files that orch did not write: then nothing is deleted
 */
export async function clearBuffer(dir: string): Promise<Cleared> {
  const files = systemFiles
  const found = await listAll(files, dir)
  const unexpected = found.filter((path) => !isOwn(path))
  if (unexpected.length > 0) throw new Error(describeUnexpected(dir, unexpected))
  if (found.length === 0) return { segments: 0, samples: 0, bytes: 0 }
  return withLock(files, layout.stateLock(dir), () => deleteAll(files, dir))
}

async function deleteAll(files: Files, dir: string): Promise<Cleared> {
  const segments = await sizeSegments(files, await listSegments(files, dir), Date.now())
  const cleared = { segments: segments.length, samples: 0, bytes: 0 }
  for (const segment of segments) {
    cleared.samples += segment.records ?? (await countRecords(files, segment, 0))
    cleared.bytes += segment.bytes
  }
  for (const path of await listAll(files, dir)) {
    if (isOwn(path) && !LOCK.test(path)) await removeFile(files, join(dir, path))
  }
  return cleared
}

/** The files of the folder and of its subfolder for what is kept for inspection; any other folder by its name. */
async function listAll(files: Files, dir: string): Promise<string[]> {
  const kept = await listFolder(files, layout.unreadable(dir))
  const names = (await listFolder(files, dir)).filter((name) => name !== UNREADABLE)
  return [...names, ...kept.map((name) => `${UNREADABLE}/${name}`)]
}

const UNREADABLE = 'unreadable'
const OWN_FILE = /^(state\.json(\.tmp)?|(state|send-[a-z][a-z0-9_-]{0,31})\.lock(\.[0-9a-z]+)*)$/

/** Deleted by those who hold them. */
const LOCK = /\.lock(\.[0-9a-f]+)*$/

/** Whether a path is one that orch gives. */
function isOwn(path: string): boolean {
  const [folder, name] = path.split('/')
  if (name !== undefined) return folder === UNREADABLE && SEGMENT_ID.test(name.replace(/\.\d+$/, ''))
  return parseSegmentName(path) !== null || OWN_FILE.test(path)
}

function describeUnexpected(dir: string, unexpected: readonly string[]): string {
  const named = unexpected.slice(0, 5).map((path) => showName(path))
  const more = unexpected.length > named.length ? ` and ${unexpected.length - named.length} more` : ''
  return (
    `${dir}: expected only files that orch wrote, found ${named.join(', ')}${more}. ` +
    'Nothing was deleted. Move them elsewhere, or check telemetry.buffer.dir.'
  )
}
