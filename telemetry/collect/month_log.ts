import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { PATTERNS, parseObject } from '../../contracts/index.ts'
import type { Files } from '../buffer/files.ts'
import { openSegment, readPieces } from '../buffer/read_segment.ts'
import { SegmentLog } from '../buffer/segment_log.ts'
import { listSegments, sizeSegments } from '../buffer/segments.ts'
import { IdSet, type JobId, readJobId } from './id_set.ts'

const SEGMENT_BYTES = 64 * 1024 * 1024

/** Where a collector keeps the samples of a contributor and month. */
export function monthFolder(dir: string, contributor: string, month: string): string {
  return join(dir, 'samples', contributor, month)
}

/** The lines of a folder of segments, oldest first, each once; a torn end, which nobody was told is stored, is left out. */
export async function* readMonth(files: Files, dir: string): AsyncGenerator<{ text: string; job_id: string }> {
  const ids = new IdSet()
  const segments = await sizeSegments(files, await listSegments(files, dir), Date.now())
  for (const segment of segments) {
    const handle = await openSegment(files, segment)
    if (!handle) continue
    try {
      for await (const piece of readPieces(handle, segment, 0)) {
        if ('torn' in piece || piece.text === null) continue
        const job_id = findJobId(piece.text)
        if (job_id === null || ids.has(readJobId(job_id))) continue
        ids.add(readJobId(job_id))
        yield { text: piece.text, job_id }
      }
    } finally {
      await handle.close()
    }
  }
}

const JOB_ID = new RegExp(PATTERNS.anonymous_job_id)
/** The id of a line as programs write it: a tenth of the time of parsing the line, and a month may have millions. */
const PLAIN_JOB_ID = /^[^\\]*"job_id":"([0-9a-f]{16,64})"[^\\]*\}$/

function findJobId(text: string): string | null {
  const plain = PLAIN_JOB_ID.exec(text)?.[1]
  if (plain !== undefined) return plain
  const parsed = parseObject(text)
  const { job_id } = parsed.ok ? (parsed.value as { job_id?: unknown }) : {}
  return typeof job_id === 'string' && JOB_ID.test(job_id) ? job_id : null
}

/** What a write made of lines. */
export interface Stored {
  /** How many of the lines, from the first, are in the file and synced. */
  count: number
  /** null if all are. */
  error: unknown
}

/** The samples of one contributor and month: segments as in the buffer, and which job ids they hold. */
export class MonthLog {
  readonly #log: SegmentLog
  readonly ids: IdSet

  private constructor(log: SegmentLog, ids: IdSet) {
    this.#log = log
    this.ids = ids
  }

  static async open(files: Files, dir: string, onError: (error: unknown) => void): Promise<MonthLog> {
    const ids = new IdSet()
    for await (const { job_id } of readMonth(files, dir)) ids.add(readJobId(job_id))
    const unlimited = { max_bytes: Number.POSITIVE_INFINITY, max_age_ms: Number.POSITIVE_INFINITY }
    const writer = randomBytes(4).toString('hex')
    const log = new SegmentLog({
      files,
      dir,
      writer,
      segment_bytes: SEGMENT_BYTES,
      now: Date.now,
      onError,
      ...unlimited,
    })
    return new MonthLog(log, ids)
  }

  /** Appends lines, whose ids are given, and syncs them. Only what is synced counts as stored. Never rejects. */
  async store(lines: Buffer, ids: readonly JobId[]): Promise<Stored> {
    try {
      const { lines: count, error } = await this.#log.append(lines, ids.length)
      await this.#log.sync()
      for (const id of ids.slice(0, count)) this.ids.add(id)
      return { count, error }
    } catch (error) {
      return { count: 0, error }
    }
  }

  async close(): Promise<void> {
    await this.#log.close()
  }
}
