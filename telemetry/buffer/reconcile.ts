import { z } from 'zod'
import { addDrops, countDrop, DropCountsSchema } from './drop_counts.ts'
import { errorCode, type Files, listFolder, removeFile, replaceFile } from './files.ts'
import { layout } from './layout.ts'
import { acquireLock } from './lock.ts'
import { type LossFile, listLosses, readLosses } from './loss_file.ts'
import { livenessOf } from './process_identity.ts'
import {
  countTombstones,
  emptySinkState,
  listSinkStates,
  readSinkState,
  type SinkState,
  writeSinkState,
} from './sink_state.ts'
import { emptyTombstone, listTombstones, parseTombstone, type Tombstone } from './tombstone.ts'

const TotalsSchema = z.strictObject({
  dropped: DropCountsSchema,
  /** Files whose counts are already in `dropped`, until the files are deleted. */
  settled: z.array(z.string()),
})
export type LossTotals = z.infer<typeof TotalsSchema>

/** What was dropped before it reached a sink: by processes that have ended, and in segments removed while there was no sink. */
export async function readLossTotals(files: Files, dir: string): Promise<LossTotals> {
  try {
    return TotalsSchema.parse(JSON.parse(await files.readFile(layout.lossTotals(dir), 'utf8')))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { dropped: {}, settled: [] }
    throw error
  }
}

/**
 * Reconciles the drop counts: adds up those in small files and deletes the files, which are the tombstones that every sink has
 * counted and the loss files of processes that have ended. Each is recorded as counted before it is deleted, so that a crash
 * changes no sum.
 */
export async function reconcileFolder(files: Files, dir: string): Promise<void> {
  const lock = await acquireLock(files, layout.lossLock(dir))
  if (!lock) return
  try {
    const tombstones = await listTombstones(files, dir)
    await finishDrops(files, dir, tombstones)
    const counted = await reconcileSinks(files, dir, tombstones)
    await updateLossTotals(files, dir, tombstones, counted)
  } finally {
    await lock.release()
  }
}

/**
 * Creates the state of a new sink. Segments removed before do not count for it: they stay in the totals of what was dropped before
 * it reached a sink. Null if another process is reconciling, as that process may or may not have seen the new sink.
 */
export async function createSinkState(files: Files, dir: string, sink: string): Promise<SinkState | null> {
  const lock = await acquireLock(files, layout.lossLock(dir))
  if (!lock) return null
  try {
    const tombstones = await listTombstones(files, dir)
    if ((await listSinkStates(files, dir)).length === 0) await updateLossTotals(files, dir, tombstones, null)
    const state = { ...emptySinkState(), settled: tombstones.map(({ id }) => id) }
    await writeSinkState(files, dir, sink, state)
    return state
  } finally {
    await lock.release()
  }
}

/** Frees the bytes of segments whose removal was cut short, because the process died or the disk was full. */
async function finishDrops(files: Files, dir: string, tombstones: readonly Tombstone[]): Promise<void> {
  for (const tombstone of tombstones) await emptyTombstone(files, tombstone)
  await removeOldTemporaries(files, layout.dropped(dir))
}

/** A temporary file that is older was left behind by a process that died. */
const TEMPORARY_MS = 60_000

async function removeOldTemporaries(files: Files, folder: string): Promise<void> {
  for (const name of await listFolder(files, folder)) {
    if (!name.endsWith('.tmp')) continue
    const path = `${folder}/${name}`
    const found = await files.stat(path).catch(() => null)
    if (found && Date.now() - found.mtimeMs > TEMPORARY_MS) await removeFile(files, path)
  }
}

/** The ids that every sink has counted; null if there are no sinks. A sink that is locked counts by itself, later. */
async function reconcileSinks(
  files: Files,
  dir: string,
  tombstones: readonly Tombstone[],
): Promise<Set<string> | null> {
  const sinks = await listSinkStates(files, dir)
  if (sinks.length === 0) return null
  let counted = tombstones.map(({ id }) => id)
  for (const sink of sinks) {
    const countedBySink = await reconcileSink(files, dir, sink, tombstones)
    counted = counted.filter((id) => countedBySink.has(id))
  }
  return new Set(counted)
}

async function reconcileSink(
  files: Files,
  dir: string,
  sink: string,
  tombstones: readonly Tombstone[],
): Promise<Set<string>> {
  const lock = await acquireLock(files, layout.sinkLock(dir, sink))
  try {
    const state = await readSinkState(files, dir, sink)
    if (!state) return new Set()
    if (lock && countTombstones(state, tombstones)) await writeSinkState(files, dir, sink, state)
    return new Set(state.settled)
  } finally {
    await lock?.release()
  }
}

async function updateLossTotals(
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
