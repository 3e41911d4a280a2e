import { join } from 'node:path'
import { showName } from '../../contracts/show.ts'
import { type Files, listFolder, removeFile, systemFiles } from './files.ts'
import { parseLossFileName } from './loss_file.ts'
import { countRecords } from './read_segment.ts'
import { parseSegmentName, SEGMENT_ID } from './segment_name.ts'
import { listSegments, sizeSegments } from './segments.ts'
import { parseSinkStateName } from './sink_state.ts'
import { parseTombstone } from './tombstone.ts'

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
  const foreign = found.filter(({ isOwn }) => !isOwn).map(({ path }) => path)
  if (foreign.length > 0) throw new Error(describeForeignFiles(dir, foreign))
  const segments = await sizeSegments(files, await listSegments(files, dir), Date.now())
  const cleared = { segments: segments.length, samples: 0, bytes: 0 }
  for (const segment of segments) {
    cleared.samples += segment.records ?? (await countRecords(files, segment, 0))
    cleared.bytes += segment.bytes
  }
  for (const { path } of found) await removeFile(files, join(dir, path))
  return cleared
}

interface Found {
  /** Within the folder of the buffer. */
  path: string
  /** Whether its name is one that orch gives. */
  isOwn: boolean
}

/** By subfolder: whether orch gives such names. */
const OWN_NAMES: Record<string, (name: string, dir: string) => boolean> = {
  sinks: (name) =>
    parseSinkStateName(name) !== null || /^[a-z][a-z0-9_-]{0,31}(\.lock(\.takeover)?|\.json\.\d+\.tmp)$/.test(name),
  dropped: (name, dir) => parseTombstone(dir, name.replace(/\.\d+\.tmp$/, '')) !== null,
  losses: (name, dir) => parseLossFileName(dir, name.replace(/\.\d+\.tmp$/, '')) !== null,
  unreadable: (name) => SEGMENT_ID.test(name.replace(/\.\d+$/, '')),
}

async function listAll(files: Files, dir: string): Promise<Found[]> {
  const found: Found[] = []
  for (const name of await listFolder(files, dir)) {
    const isOwnName = OWN_NAMES[name]
    if (!isOwnName) found.push({ path: name, isOwn: isTopFile(name) })
    else
      for (const inner of await listFolder(files, join(dir, name)))
        found.push({ path: join(name, inner), isOwn: isOwnName(inner, dir) })
  }
  return found
}

function isTopFile(name: string): boolean {
  return parseSegmentName(name) !== null || /^losses(\.json(\.\d+\.tmp)?|\.lock(\.takeover)?)$/.test(name)
}

function describeForeignFiles(dir: string, foreign: readonly string[]): string {
  const named = foreign.slice(0, 5).map((path) => showName(path))
  const more = foreign.length > named.length ? ` and ${foreign.length - named.length} more` : ''
  return (
    `${dir}: expected only files that orch wrote, found ${named.join(', ')}${more}. ` +
    'Nothing was deleted. Move them elsewhere, or check telemetry.buffer.dir.'
  )
}
