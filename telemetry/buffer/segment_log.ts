import { assertOwnFolder, type Files, FOLDER_MODE, syncFolder } from './files.ts'
import { ownIdentity } from './process_identity.ts'
import { enforceRetention } from './retention.ts'
import { makeSegmentId } from './segment_name.ts'
import { SegmentWriter, type Written } from './segment_writer.ts'
import { listSegments } from './segments.ts'

export interface SegmentLogOptions {
  files: Files
  dir: string
  /** 8 hexadecimal digits that distinguish the writers within one process. */
  writer: string
  segment_bytes: number
  max_bytes: number
  max_age_ms: number
  /** The clamped wall clock in ms. */
  now: () => number
  /** Called with an error other than of the writing itself: samples are still recorded. */
  onError: (error: unknown) => void
}

/** A segment that is older gets no more records, so that it can be dropped for its age. */
const SEGMENT_AGE_MS = 86_400_000

/** The segments that one process writes, one after the other. */
export class SegmentLog {
  readonly #options: SegmentLogOptions
  #segment: SegmentWriter | null = null
  /** Closed, but not renamed yet. */
  readonly #unnamed: SegmentWriter[] = []
  #sequence = 0
  #unsynced = false

  constructor(options: SegmentLogOptions) {
    this.#options = options
  }

  /** Whether something was written that a power cut would lose. */
  get unsynced(): boolean {
    return this.#unsynced
  }

  /** Appends `count` whole lines, to a new segment if the present one is full, too old, damaged or gone. */
  async append(lines: Buffer, count: number): Promise<Written> {
    const { onError } = this.#options
    const segment = await this.#segmentFor(lines.length)
    const written = await segment.append(lines, count)
    if (written.bytes > 0) this.#unsynced = true
    // The lines are in the file: a failure to close must not make the caller write them again.
    if (segment.damaged) await this.#closeSegment().catch(onError)
    return written
  }

  async sync(): Promise<void> {
    if (!this.#unsynced) return
    // After a failed sync the kernel no longer knows what is missing: asking again would prove nothing.
    this.#unsynced = false
    await this.#segment?.sync()
  }

  async close(): Promise<void> {
    await this.#closeSegment()
  }

  async #segmentFor(bytes: number): Promise<SegmentWriter> {
    const segment = this.#segment
    if (segment && (await segment.isGone())) await this.#abandon(segment)
    else if (segment && this.#isFull(segment, bytes)) await this.#closeSegment()
    this.#segment ??= await this.#createSegment()
    return this.#segment
  }

  #isFull(segment: SegmentWriter, bytes: number): boolean {
    const { now, segment_bytes } = this.#options
    if (segment.records > 0 && segment.bytes + bytes > segment_bytes) return true
    return Math.abs(now() - segment.opened_at) > SEGMENT_AGE_MS
  }

  async #createSegment(): Promise<SegmentWriter> {
    const { files, dir, writer, now } = this.#options
    await files.mkdir(dir, { recursive: true, mode: FOLDER_MODE })
    await assertOwnFolder(files, dir)
    await this.#nameClosed()
    await this.#makeRoom()
    const sequences = (await listSegments(files, dir)).map(({ sequence }) => sequence)
    this.#sequence = Math.max(this.#sequence, ...sequences) + 1
    const id = makeSegmentId(this.#sequence, now(), ownIdentity(), writer)
    const segment = await SegmentWriter.create(files, dir, id, now())
    // Without its name on the disk, what is synced in the file would be lost with it.
    await syncFolder(files, dir)
    return segment
  }

  /** Retention may fail although writing works (a file of another user): samples are recorded all the same. */
  async #makeRoom(): Promise<void> {
    const { files, dir, max_bytes, max_age_ms, segment_bytes, now, onError } = this.#options
    const limits = { max_bytes, max_age_ms, reserve_bytes: segment_bytes }
    await enforceRetention(files, dir, limits, now()).catch(onError)
  }

  async #closeSegment(): Promise<void> {
    const segment = this.#segment
    if (segment) {
      this.#segment = null
      this.#unnamed.push(segment)
      await this.#sync(segment).finally(() => segment.closeFile())
    }
    await this.#nameClosed()
  }

  /** A segment that could not be renamed is renamed as soon as the disk allows it. */
  async #nameClosed(): Promise<void> {
    for (const segment of [...this.#unnamed]) {
      await segment.writeCount()
      this.#unnamed.splice(this.#unnamed.indexOf(segment), 1)
    }
  }

  async #sync(segment: SegmentWriter): Promise<void> {
    if (!this.#unsynced) return
    this.#unsynced = false
    await segment.sync()
  }

  async #abandon(segment: SegmentWriter): Promise<void> {
    this.#segment = null
    this.#unsynced = false
    await segment.closeFile()
  }
}
