import { join } from 'node:path'
import { errorCode, FILE_MODE, type Files, FOLDER_MODE, listFolder, syncFolder } from './files.ts'
import { layout } from './layout.ts'
import { SEGMENT_ID } from './segment_name.ts'
import { DROP_REASONS, type DropReason } from './types.ts'

/**
 * Stands for a segment that retention removed, as an empty file whose name says everything. It is there before the segment
 * goes and until every sink has counted what it misses, so that a crash in between neither loses nor doubles the count.
 */
export interface Tombstone {
  id: string
  records: number
  reason: DropReason
  path: string
}

/** The tombstones of a folder. Two processes may have dropped one segment for two reasons: the first name counts. */
export async function listTombstones(files: Files, dir: string): Promise<Tombstone[]> {
  const names = (await listFolder(files, layout.dropped(dir))).sort()
  const seen = new Set<string>()
  return names.flatMap((name) => {
    const tombstone = parseTombstone(dir, name)
    if (!tombstone || seen.has(tombstone.id)) return []
    seen.add(tombstone.id)
    return [tombstone]
  })
}

export async function writeTombstone(files: Files, dir: string, tombstone: Omit<Tombstone, 'path'>): Promise<void> {
  const folder = layout.dropped(dir)
  await files.mkdir(folder, { recursive: true, mode: FOLDER_MODE })
  const path = join(folder, `${tombstone.id}.n${tombstone.records}.${tombstone.reason}`)
  try {
    await (await files.open(path, 'wx', FILE_MODE)).close()
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  await syncFolder(files, folder)
}

/** null where the name is none of ours. */
export function parseTombstone(dir: string, name: string): Tombstone | null {
  const match = /^(.+)\.n(\d{1,12})\.([a-z_]+)$/.exec(name)
  const reason = DROP_REASONS.find((known) => known === match?.[3])
  if (!match || !reason || !SEGMENT_ID.test(match[1]!)) return null
  return { id: match[1]!, records: Number(match[2]), reason, path: join(layout.dropped(dir), name) }
}
