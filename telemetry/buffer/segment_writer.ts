import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { FILE_MODE, type Files, removeFile, syncFolder } from './files.ts'
import { countNewlines, NEWLINE } from './newlines.ts'
import { closedName, openName } from './segment_name.ts'

/** What became of lines that were to be written. */
export interface Written {
  /** The whole lines that are in the file, and their bytes. */
  lines: number
  bytes: number
  /** null if all of them are. */
  error: unknown
}

/** The one segment that a process writes to. */
export class SegmentWriter {
  readonly #files: Files
  readonly #dir: string
  readonly #handle: FileHandle
  readonly id: string
  readonly opened_at: number
  bytes = 0
  records = 0
  /** Whether bytes of a torn line could not be removed: nothing more may be written here. */
  damaged = false

  private constructor(files: Files, dir: string, handle: FileHandle, id: string, opened_at: number) {
    this.#files = files
    this.#dir = dir
    this.#handle = handle
    this.id = id
    this.opened_at = opened_at
  }

  static async create(files: Files, dir: string, id: string, opened_at: number): Promise<SegmentWriter> {
    const handle = await files.open(join(dir, openName(id)), 'ax', FILE_MODE)
    return new SegmentWriter(files, dir, handle, id, opened_at)
  }

  /** Whether the file was deleted while it is open: what is written now would be lost without a trace. */
  async isGone(): Promise<boolean> {
    return (await this.#handle.stat()).nlink === 0
  }

  /** Appends `count` lines. After a failure the file ends with a whole line, or is marked as damaged. */
  async append(lines: Buffer, count: number): Promise<Written> {
    let done = 0
    let error: unknown = null
    try {
      while (done < lines.length) done += await this.#writeSome(lines, done)
    } catch (cause) {
      error = cause
    }
    const whole = done === 0 ? 0 : lines.lastIndexOf(NEWLINE, done - 1) + 1
    if (whole !== done) await this.#truncate(this.bytes + whole)
    this.bytes += whole
    const records = whole === lines.length ? count : countNewlines(lines, whole)
    this.records += records
    return { lines: records, bytes: whole, error }
  }

  async #writeSome(lines: Buffer, from: number): Promise<number> {
    const { bytesWritten } = await this.#handle.write(lines, from, lines.length - from, null)
    if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' })
    return bytesWritten
  }

  async #truncate(length: number): Promise<void> {
    try {
      await this.#handle.truncate(length)
    } catch {
      this.damaged = true
    }
  }

  async sync(): Promise<void> {
    await this.#handle.datasync()
  }

  async closeFile(): Promise<void> {
    await this.#handle.close()
  }

  /** Writes the count of a closed segment into its name; an empty one is deleted. */
  async writeCount(): Promise<void> {
    const path = join(this.#dir, openName(this.id))
    if (this.records === 0) return removeFile(this.#files, path)
    await this.#files.rename(path, join(this.#dir, closedName(this.id, this.records)))
    await syncFolder(this.#files, this.#dir)
  }
}
