import { type Files, systemFiles } from '../buffer/files.ts'
import type { BatchLines, BatchStore, StoredBatch } from './batch_store.ts'
import { IdSet, type JobId } from './id_set.ts'
import type { JudgedLine } from './judge_batch.ts'
import { LineParts } from './line_parts.ts'
import { MonthLog, monthFolder } from './month_log.ts'

export interface SampleStoreOptions {
  dir: string
  warn: (text: string) => void
  files?: Files
}

interface Waiting extends BatchLines {
  contributor: string
  resolve: (stored: StoredBatch) => void
  reject: (error: unknown) => void
}

interface Result {
  accepted: number
  duplicates: number
  error: unknown
}

/** Lines for one log, and the batch that each belongs to. */
interface Group {
  log: MonthLog
  lines: LineParts
  /** By line: its id, and the number of its batch. */
  ids: JobId[]
  batches: number[]
  known: IdSet
}

/**
 * Keeps samples by contributor and month. Batches that arrive while the disk is busy are written and synced together, so that many
 * small ones cost one sync.
 */
export class SampleStore implements BatchStore {
  readonly #dir: string
  readonly #files: Files
  readonly #warn: (text: string) => void
  readonly #logs = new Map<string, Promise<MonthLog>>()
  #waiting: Waiting[] = []
  #work: Promise<void> | null = null
  /** Bytes of batches that are not on the disk yet. */
  pending_bytes = 0

  constructor({ dir, warn, files = systemFiles }: SampleStoreOptions) {
    this.#dir = dir
    this.#files = files
    this.#warn = warn
  }

  /** Resolves once the batch is synced. Rejects with the error of the disk if it could not be stored as a whole. */
  async store(contributor: string, { bytes, lines }: BatchLines): Promise<StoredBatch> {
    this.pending_bytes += bytes.length
    try {
      return await new Promise<StoredBatch>((resolve, reject) => {
        this.#waiting.push({ contributor, bytes, lines, resolve, reject })
        this.#work ??= this.#run().finally(() => (this.#work = null))
      })
    } finally {
      this.pending_bytes -= bytes.length
    }
  }

  /** How many job ids are held in memory. */
  async countIds(): Promise<number> {
    const logs = await Promise.all(this.#logs.values())
    return logs.reduce((sum, { ids }) => sum + ids.size, 0)
  }

  /** A disk that is full or gone shows in the answers to batches. */
  async check(): Promise<void> {}

  /** Waits for what is being stored, and closes the files. */
  async close(): Promise<void> {
    await this.#work
    for (const log of this.#logs.values()) await (await log).close().catch((error: Error) => this.#warn(error.message))
    this.#logs.clear()
  }

  async #run(): Promise<void> {
    // What arrives in the same turn of the event loop belongs to the same group.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0))
  }

  async #commit(batches: readonly Waiting[]): Promise<void> {
    const results = batches.map((): Result => ({ accepted: 0, duplicates: 0, error: null }))
    const groups = new Map<string, Group>()
    for (const [i, batch] of batches.entries()) {
      await this.#sort(batch, i, groups, results[i]!).catch((error: unknown) => (results[i]!.error = error))
    }
    await Promise.all([...groups.values()].map((group) => storeGroup(group, results)))
    for (const [i, { resolve, reject }] of batches.entries()) {
      const { accepted, duplicates, error } = results[i]!
      if (error === null) resolve({ accepted, duplicates, refused: [] })
      else reject(error)
    }
  }

  /** Puts the new lines of a batch to their logs' groups. */
  async #sort(
    { contributor, bytes, lines }: Waiting,
    batch: number,
    groups: Map<string, Group>,
    result: Result,
  ): Promise<void> {
    for (const line of lines) {
      const key = `${contributor}/${line.month}`
      let group = groups.get(key)
      if (!group) {
        const log = await this.#open(contributor, line.month)
        group = { log, lines: new LineParts(), ids: [], batches: [], known: new IdSet() }
        groups.set(key, group)
      }
      if (group.log.ids.has(line) || group.known.has(line)) result.duplicates += 1
      else addLine(group, bytes, line, batch)
    }
  }

  #open(contributor: string, month: string): Promise<MonthLog> {
    const dir = monthFolder(this.#dir, contributor, month)
    const known = this.#logs.get(dir)
    if (known) return known
    const opened = MonthLog.open(this.#files, dir, (error) => this.#warn(String(error)))
    this.#logs.set(dir, opened)
    // A folder that could not be read is tried again with the next batch.
    opened.catch(() => this.#logs.delete(dir))
    return opened
  }
}

function addLine(group: Group, bytes: Buffer, line: JudgedLine, batch: number): void {
  group.lines.add(bytes, line)
  group.ids.push(line)
  group.batches.push(batch)
  group.known.add(line)
}

/** A batch that has a line of another batch as its duplicate shares that batch's fate: both are in one write. */
async function storeGroup({ log, lines, ids, batches }: Group, results: Result[]): Promise<void> {
  if (ids.length === 0) return
  const { count, error } = await log.store(lines.join(), ids)
  for (const [i, batch] of batches.entries()) {
    if (i < count) results[batch]!.accepted += 1
    else results[batch]!.error ??= error
  }
}
