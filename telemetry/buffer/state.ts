import { join } from 'node:path'
import { z } from 'zod'
import { countDrop, DropCountsSchema } from './drop_counts.ts'
import { assertOwnFolder, type Files, FOLDER_MODE, listFolder, orNull, removeFile, replaceFile } from './files.ts'
import { layout } from './layout.ts'
import { withLock } from './lock.ts'
import { parseSegmentName, SEGMENT_ID } from './segment_name.ts'
import { DROP_REASONS, type DropReason } from './types.ts'

const Count = z.int().min(0)
const SegmentId = z.string().regex(SEGMENT_ID)

/** What became of the samples for one sink. */
const SinkStateSchema = z.strictObject({
  sent: Count,
  dropped: DropCountsSchema,
  last_upload: z.string().nullable(),
  /** By segment: how far the sink has got, sent or dropped. */
  segments: z.record(SegmentId, z.strictObject({ offset: Count, records: Count })),
  /**
   * The batch that is being sent, by segment: where it ends, and how many records it takes. Another attempt, also after a restart,
   * sends the same samples. If retention removes the segment meanwhile, `removed` is the reason for which it counted the records.
   */
  in_flight: z
    .record(SegmentId, z.strictObject({ offset: Count, records: Count, removed: z.enum(DROP_REASONS).optional() }))
    .nullable(),
})
export type SinkState = z.infer<typeof SinkStateSchema>

/** The counts of a folder over its life. */
const BufferStateSchema = z.strictObject({
  /** Before it reached the disk, or any sink. */
  dropped: DropCountsSchema,
  sinks: z.record(z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/), SinkStateSchema),
  /** How many segments retention has removed. */
  removals: Count,
  /** Those of them whose files may still be there. */
  removed: z.array(SegmentId),
})
export type BufferState = z.infer<typeof BufferStateSchema>

export function emptySinkState(): SinkState {
  return { sent: 0, dropped: {}, last_upload: null, segments: {}, in_flight: null }
}

/**
 * The state of a folder; zeros if there is none.
 *
 * @throws Error if the file is not such a state. Only the operator may replace it, because then everything is sent again
 */
export async function readState(files: Files, dir: string): Promise<BufferState> {
  const path = layout.state(dir)
  const text = await orNull(files.readFile(path, 'utf8'))
  if (text === null) return { dropped: {}, sinks: {}, removals: 0, removed: [] }
  try {
    return BufferStateSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new Error(
      `${path}: expected what was sent of the buffer, found a file that orch did not write. ` +
        'Delete it to send everything in the buffer again (receivers can recognise repetitions by job_id).',
      { cause: error },
    )
  }
}

/**
 * Changes the state of a folder, one process at a time, and then deletes the files of the segments that the change removed. They are
 * in the state before they are deleted, so that a crash neither loses nor doubles a count.
 */
export async function updateState(
  files: Files,
  dir: string,
  change: (state: BufferState) => void | Promise<void>,
): Promise<BufferState> {
  await files.mkdir(dir, { recursive: true, mode: FOLDER_MODE })
  await assertOwnFolder(files, dir)
  return withLock(files, layout.stateLock(dir), async () => {
    const state = await readState(files, dir)
    const before = JSON.stringify(state)
    if (await deleteSegments(files, dir, state)) state.removed = []
    await change(state)
    const after = JSON.stringify(state)
    if (after !== before) await replaceFile(files, layout.state(dir), `${after}\n`)
    await deleteSegments(files, dir, state)
    return state
  })
}

/** Counts a segment as removed: for each sink what it missed of it. */
export function countRemoved(state: BufferState, id: string, records: number, reason: DropReason): void {
  const sinks = Object.values(state.sinks)
  if (sinks.length === 0) countDrop(state.dropped, reason, records)
  for (const sink of sinks) {
    countDrop(sink.dropped, reason, records - (sink.segments[id]?.records ?? 0))
    delete sink.segments[id]
    const batch = sink.in_flight?.[id]
    if (batch) batch.removed = reason
  }
  state.removals += 1
  state.removed.push(id)
}

/** Whether the files of the removed segments are gone; the next change of the state tries again. */
async function deleteSegments(files: Files, dir: string, { removed }: BufferState): Promise<boolean> {
  if (removed.length === 0) return true
  try {
    for (const name of await listFolder(files, dir)) {
      if (removed.includes(parseSegmentName(name)?.id ?? '')) await removeFile(files, join(dir, name))
    }
    return true
  } catch {
    return false
  }
}
