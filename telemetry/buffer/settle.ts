import { z } from 'zod'
import { addDrops, countDrop, DropCountsSchema } from './drop_counts.ts'
import { errorCode, type Files, listFolder, removeFile, replaceFile } from './files.ts'
import { layout } from './layout.ts'
import { acquireLock } from './lock.ts'
import { type LossFile, listLosses, readLosses } from './loss_file.ts'
import { livenessOf } from './process_identity.ts'
import {
  emptySinkState,
  listSinkStates,
  readSinkState,
  type SinkState,
  settleTombstones,
  writeSinkState,
} from './sink_state.ts'
import { emptyTombstone, listTombstones, parseTombstone, type Tombstone } from './tombstone.ts'

const TotalsSchema = z.strictObject({
  dropped: DropCountsSchema,
  /** Files whose counts are in `dropped` already, until they are gone. */
  settled: z.array(z.string()),
})
export type LossTotals = z.infer<typeof TotalsSchema>

/** What was dropped before it reached a sink, of processes that have ended and of segments that no sink was to get. */
export async function readLossTotals(files: Files, dir: string): Promise<LossTotals> {
  try {
    return TotalsSchema.parse(JSON.parse(await files.readFile(layout.lossTotals(dir), 'utf8')))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { dropped: {}, settled: [] }
    throw error
  }
}

/**
 * Adds up the counts that lie about in small files, and deletes those files: tombstones once every sink has counted them,
 * losses of processes that have ended. Each is noted as counted before it is deleted, so that a crash changes no sum.
 */
export async function settleFolder(files: Files, dir: string): Promise<void> {
  const lock = await acquireLock(files, layout.lossLock(dir))
  if (!lock) return
  try {
    const tombstones = await listTombstones(files, dir)
    await finishDrops(files, dir, tombstones)
    const counted = await settleSinks(files, dir, tombstones)
    await settleTotals(files, dir, tombstones, counted)
  } finally {
    await lock.release()
  }
}

/**
 * Makes the state of a sink that is new. It never had to get what was removed before: that stays in the count of what was dropped before it
 * reached a sink. Null where another process is adding up, for it might take the sink to be there or not.
 */
export async function startSink(files: Files, dir: string, sink: string): Promise<SinkState | null> {
  const lock = await acquireLock(files, layout.lossLock(dir))
  if (!lock) return null
  try {
    const tombstones = await listTombstones(files, dir)
    if ((await listSinkStates(files, dir)).length === 0) await settleTotals(files, dir, tombstones, null)
    const state = { ...emptySinkState(), settled: tombstones.map(({ id }) => id) }
    await writeSinkState(files, dir, sink, state)
    return state
  } finally {
    await lock.release()
  }
}

/** A process that died, or found the disk full, while it dropped a segment left behind what the segment held. */
async function finishDrops(files: Files, dir: string, tombstones: readonly Tombstone[]): Promise<void> {
  for (const tombstone of tombstones) await emptyTombstone(files, tombstone)
  await removeForgotten(files, layout.dropped(dir))
}

/** A file that was to take the place of another this long ago never will. */
const FORGOTTEN_MS = 60_000

async function removeForgotten(files: Files, folder: string): Promise<void> {
  for (const name of await listFolder(files, folder)) {
    if (!name.endsWith('.tmp')) continue
    const path = `${folder}/${name}`
    const found = await files.stat(path).catch(() => null)
    if (found && Date.now() - found.mtimeMs > FORGOTTEN_MS) await removeFile(files, path)
  }
}

/** The ids that every sink has counted; null where there are no sinks. A sink at work counts by itself, later. */
async function settleSinks(files: Files, dir: string, tombstones: readonly Tombstone[]): Promise<Set<string> | null> {
  const sinks = await listSinkStates(files, dir)
  if (sinks.length === 0) return null
  let counted = tombstones.map(({ id }) => id)
  for (const sink of sinks) {
    const settled = await settleSink(files, dir, sink, tombstones)
    counted = counted.filter((id) => settled.has(id))
  }
  return new Set(counted)
}

async function settleSink(
  files: Files,
  dir: string,
  sink: string,
  tombstones: readonly Tombstone[],
): Promise<Set<string>> {
  const lock = await acquireLock(files, layout.sinkLock(dir, sink))
  try {
    const state = await readSinkState(files, dir, sink)
    if (!state) return new Set()
    if (lock && settleTombstones(state, tombstones)) await writeSinkState(files, dir, sink, state)
    return new Set(state.settled)
  } finally {
    await lock?.release()
  }
}

async function settleTotals(
  files: Files,
  dir: string,
  tombstones: readonly Tombstone[],
  counted: Set<string> | null,
): Promise<void> {
  const totals = await readLossTotals(files, dir)
  const ended = (await listLosses(files, dir)).filter(({ owner }) => livenessOf(owner) === 'dead')
  const done = tombstones.filter(({ id }) => counted === null || counted.has(id))
  if (counted === null) addTombstones(totals, done)
  await addLosses(files, totals, ended)
  const names = [...done.map(({ id }) => id), ...ended.map(({ name }) => name)]
  if (names.length === 0 && totals.settled.length === 0) return
  totals.settled = names
  await replaceFile(files, layout.lossTotals(dir), `${JSON.stringify(totals)}\n`)
  for (const { path } of ended) await removeFile(files, path)
  await removeTombstones(files, dir, new Set(done.map(({ id }) => id)))
}

function addTombstones(totals: LossTotals, tombstones: readonly Tombstone[]): void {
  for (const { id, reason, records } of tombstones) {
    if (!totals.settled.includes(id)) countDrop(totals.dropped, reason, records)
  }
}

async function addLosses(files: Files, totals: LossTotals, ended: readonly LossFile[]): Promise<void> {
  for (const file of ended) {
    if (!totals.settled.includes(file.name)) addDrops(totals.dropped, (await readLosses(files, file)) ?? {})
  }
}

async function removeTombstones(files: Files, dir: string, ids: ReadonlySet<string>): Promise<void> {
  const folder = layout.dropped(dir)
  for (const name of await listFolder(files, folder)) {
    const id = parseTombstone(dir, name)?.id
    if (id && ids.has(id)) await removeFile(files, `${folder}/${name}`)
  }
}
