import { join } from 'node:path'
import { errorCode, type Files, FOLDER_MODE, listFolder, replaceFile, syncFolder } from './files.ts'
import { layout } from './layout.ts'
import { SEGMENT_ID } from './segment_name.ts'
import { DROP_REASONS, type DropReason } from './types.ts'

/**
 * The record of a segment that retention removed: an empty file whose name holds the count and the reason. It replaces the segment
 * atomically and is kept until every sink has counted what it missed, so that neither a crash nor another process loses or doubles
 * the count.
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

/**
 * Replaces a segment by its tombstone, by renaming the segment: of two processes only one can. Returns false if the other one
 * did.
 */
export async function replaceByTombstone(
  files: Files,
  dir: string,
  { id, records, reason }: Omit<Tombstone, 'path'>,
  segment_path: string,
): Promise<boolean> {
  const folder = layout.dropped(dir)
  await files.mkdir(folder, { recursive: true, mode: FOLDER_MODE })
  const path = join(folder, `${id}.n${records}.${reason}`)
  try {
    await files.rename(segment_path, path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
  await emptyTombstone(files, { path })
  await syncFolder(files, folder)
  return true
}

/** Frees the bytes of the removed segment. A process that has it open can still read it. */
export async function emptyTombstone(files: Files, { path }: Pick<Tombstone, 'path'>): Promise<void> {
  try {
    if ((await files.stat(path)).size === 0) return
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  await replaceFile(files, path, '', { durable: false })
}

/** null if it is not the name of a tombstone. */
export function parseTombstone(dir: string, name: string): Tombstone | null {
  const match = /^(.+)\.n(\d{1,12})\.([a-z_]+)$/.exec(name)
  const reason = DROP_REASONS.find((known) => known === match?.[3])
  if (!match || !reason || !SEGMENT_ID.test(match[1]!)) return null
  return { id: match[1]!, records: Number(match[2]), reason, path: join(layout.dropped(dir), name) }
}
