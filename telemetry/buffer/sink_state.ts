import { join } from 'node:path'
import { z } from 'zod'
import { addDrops, countDrop, DropCountsSchema } from './drop_counts.ts'
import { errorCode, type Files, FOLDER_MODE, listFolder, replaceFile } from './files.ts'
import { layout } from './layout.ts'
import { SEGMENT_ID } from './segment_name.ts'
import type { Tombstone } from './tombstone.ts'
import type { DropCounts } from './types.ts'

/** How far a sink has got in one segment. */
const Progress = z.strictObject({ offset: z.int().min(0), records: z.int().min(0) })

/** What a sink has received, as stored in its file. */
const SinkStateSchema = z.strictObject({
  sent: z.int().min(0),
  dropped: DropCountsSchema,
  last_upload: z.string().nullable(),
  /** By segment: what was sent or dropped of it. */
  segments: z.record(z.string().regex(SEGMENT_ID), Progress),
  /** Where the batch ends that is being sent: another attempt, also after a restart, sends the same samples. */
  in_flight: z.record(z.string().regex(SEGMENT_ID), z.int().min(0)).nullable(),
  /** Removed segments that are already counted in `dropped`, until their tombstones are deleted. */
  settled: z.array(z.string().regex(SEGMENT_ID)),
})
export type SinkState = z.infer<typeof SinkStateSchema>

const SINK_NAME = /^[a-z][a-z0-9_-]{0,31}$/

export function emptySinkState(): SinkState {
  return { sent: 0, dropped: {}, last_upload: null, segments: {}, in_flight: null, settled: [] }
}

/** The names of the sinks that were ever sent something from this folder. */
export async function listSinkStates(files: Files, dir: string): Promise<string[]> {
  const names = await listFolder(files, layout.sinks(dir))
  return names.flatMap((name) => parseSinkStateName(name) ?? []).sort()
}

export function parseSinkStateName(name: string): string | null {
  const sink = name.endsWith('.json') ? name.slice(0, -'.json'.length) : ''
  return SINK_NAME.test(sink) ? sink : null
}

/**
 * The state of a sink; null if it has none yet.
 *
 * @throws Error if the file is not such a state. Only the operator may replace it, because then everything is sent again
 */
export async function readSinkState(files: Files, dir: string, sink: string): Promise<SinkState | null> {
  const path = layout.sinkState(dir, sink)
  try {
    return SinkStateSchema.parse(JSON.parse(await files.readFile(path, 'utf8')))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error
    throw new Error(
      `${path}: expected the state of the sink "${sink}", found a file that orch did not write. ` +
        'Delete it to send everything in the buffer again (receivers can recognise repetitions by job_id).',
      { cause: error },
    )
  }
}

export async function writeSinkState(
  files: Files,
  dir: string,
  sink: string,
  state: SinkState,
  options?: { durable: boolean },
): Promise<void> {
  await files.mkdir(join(layout.sinks(dir)), { recursive: true, mode: FOLDER_MODE })
  await replaceFile(files, layout.sinkState(dir, sink), `${JSON.stringify(state)}\n`, options)
}

/** Adds what the sink missed of removed segments to its drop counts, each segment once. Returns whether the state changed. */
export function countTombstones(state: SinkState, tombstones: readonly Tombstone[]): boolean {
  const counted = new Set(state.settled)
  const uncounted = tombstones.filter(({ id }) => !counted.has(id))
  addDrops(state.dropped, missedBy(state, uncounted))
  for (const { id } of uncounted) delete state.segments[id]
  state.settled = tombstones.map(({ id }) => id)
  return uncounted.length > 0 || state.settled.length !== counted.size
}

/** What a sink missed of removed segments that it has not counted yet, by reason. */
export function missedBy(state: SinkState, tombstones: readonly Tombstone[]): DropCounts {
  const missed: DropCounts = {}
  for (const { id, records, reason } of tombstones) {
    if (!state.settled.includes(id)) countDrop(missed, reason, records - (state.segments[id]?.records ?? 0))
  }
  return missed
}
