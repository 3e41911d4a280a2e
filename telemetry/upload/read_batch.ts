import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { shuffleByJobId } from '../anonymise/anonymize_event.ts'
import { countDrop } from '../buffer/drop_counts.ts'
import type { Files } from '../buffer/files.ts'
import { openSegment, readPieces, type SegmentPiece } from '../buffer/read_segment.ts'
import type { SizedSegment } from '../buffer/segments.ts'
import type { SinkState } from '../buffer/state.ts'
import type { DropCounts } from '../buffer/types.ts'
import { keepUnreadable } from '../buffer/unreadable.ts'
import type { SinkBatch } from '../sinks/types.ts'
import { type Preparation, type Prepared, prepareSample } from './prepare_sample.ts'

/** Small: the work on one chunk (some 25 samples) must not block a process that serves tasks. */
const CHUNK_BYTES = 8192

export interface BatchLimits {
  max_samples: number
  max_bytes: number
}

/** The next samples for a sink, and its position once it has received them. */
export interface Batch extends SinkBatch {
  /** What was read on the way and will not be sent, by reason. */
  dropped: DropCounts
  /** Only of segments that were read. */
  segments: SinkState['segments']
  /** The same as the state of the sink records it while it is sent. */
  in_flight: NonNullable<SinkState['in_flight']>
  /** Whether the limits ended it; if not, there was no more. */
  full: boolean
}

export interface BatchSource {
  files: Files
  dir: string
  /** Oldest first. */
  segments: readonly SizedSegment[]
  preparation: Preparation
}

/** Reads on from the position of the sink. A batch that is sent again ends where it ended the first time. */
export async function readBatch(source: BatchSource, state: SinkState, limits: BatchLimits): Promise<Batch> {
  const draft = new BatchDraft(source.preparation.form, limits)
  for (const segment of source.segments) {
    if (draft.full) break
    await readSegment(source, segment, state, draft)
  }
  return draft.finish()
}

async function readSegment(
  source: BatchSource,
  segment: SizedSegment,
  state: SinkState,
  draft: BatchDraft,
): Promise<void> {
  const begin = state.segments[segment.id] ?? { offset: 0, records: 0 }
  const end = state.in_flight ? (state.in_flight[segment.id]?.offset ?? 0) : Number.POSITIVE_INFINITY
  if (begin.offset >= end || begin.records === segment.records) return
  if (segment.records === null && begin.offset >= segment.bytes) return
  const handle = await openSegment(source.files, segment)
  if (!handle) return
  try {
    const progress = await readRecords(source, segment, handle, { ...begin, end }, draft)
    if (progress.records > begin.records) draft.advance(segment.id, begin, progress)
  } finally {
    await handle.close()
  }
}

type Progress = SinkState['segments'][string]

interface Range extends Progress {
  end: number
}

async function readRecords(
  source: BatchSource,
  segment: SizedSegment,
  handle: FileHandle,
  { offset, records, end }: Range,
  draft: BatchDraft,
): Promise<Progress> {
  const progress = { offset, records }
  for await (const piece of readPieces(handle, segment, offset, CHUNK_BYTES)) {
    if (piece.end > end) return progress
    const prepared = preparePiece(piece, source.preparation)
    if (!draft.add(prepared)) return progress
    if (prepared.kind === 'drop' && prepared.reason === 'unreadable')
      await keepUnreadable(source.files, source.dir, handle, { id: segment.id, offset: piece.offset, end: piece.end })
    progress.offset = piece.end
    progress.records += 1
    if (draft.full) return progress
  }
  return { ...progress, records: progress.records + draft.countMissing(segment, progress.records) }
}

function preparePiece(piece: SegmentPiece, preparation: Preparation): Prepared {
  return 'torn' in piece ? { kind: 'drop', reason: 'unreadable' } : prepareSample(piece.text, preparation)
}

class BatchDraft {
  readonly #form: 'event' | 'export'
  readonly #limits: BatchLimits
  readonly #samples: { job_id: string; line: string }[] = []
  readonly #dropped: DropCounts = {}
  readonly #segments: Batch['segments'] = {}
  readonly #in_flight: Batch['in_flight'] = {}
  #bytes = 0
  full = false

  constructor(form: 'event' | 'export', limits: BatchLimits) {
    this.#form = form
    this.#limits = limits
  }

  /** False, and `full`, if the sample does not fit. The first sample always fits. */
  add(prepared: Prepared): boolean {
    if (prepared.kind === 'drop') {
      countDrop(this.#dropped, prepared.reason, 1)
      return true
    }
    const line = JSON.stringify(prepared.sample)
    const bytes = this.#bytes + line.length + 1
    this.full = this.#samples.length > 0 && bytes > this.#limits.max_bytes
    if (this.full) return false
    this.#bytes = bytes
    this.#samples.push({ job_id: prepared.sample.job_id, line })
    this.full = this.#samples.length >= this.#limits.max_samples
    return true
  }

  advance(id: string, begin: Progress, progress: Progress): void {
    this.#segments[id] = progress
    this.#in_flight[id] = { offset: progress.offset, records: progress.records - begin.records }
  }

  /** Counts the records that a closed segment has in its name but no longer holds: the file was damaged. */
  countMissing(segment: SizedSegment, records: number): number {
    const missing = Math.max(0, (segment.records ?? records) - records)
    countDrop(this.#dropped, 'unreadable', missing)
    return missing
  }

  /** The order of an export must not reveal the order of the tasks. */
  finish(): Batch {
    const samples = this.#form === 'export' ? shuffleByJobId(this.#samples) : this.#samples
    const lines = samples.map(({ line }) => line)
    const taken = { dropped: this.#dropped, segments: this.#segments, in_flight: this.#in_flight }
    return { lines, idempotency_key: hashLines(lines), ...taken, full: this.full }
  }
}

function hashLines(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 32)
}
