import { sumDrops } from './drop_counts.ts'
import type { Files } from './files.ts'
import { type Writer, writeLosses } from './loss_file.ts'
import type { DropCounts } from './types.ts'

export interface LossRecorderOptions {
  files: Files
  dir: string
  writer: Writer
}

/** Saves the counts of what a process had to drop to its loss file, when they have changed. */
export class LossRecorder {
  readonly #options: LossRecorderOptions
  #saved = 0
  #tried = 0

  constructor(options: LossRecorderOptions) {
    this.#options = options
  }

  /** Whether there are counts that no attempt was made to save yet. */
  isBehind(dropped: DropCounts): boolean {
    return sumDrops(dropped) !== this.#tried
  }

  /** Never rejects: a disk that takes no samples takes no counts either, and the next call tries again. */
  async save(dropped: DropCounts, options?: { durable: boolean }): Promise<void> {
    const { files, dir, writer } = this.#options
    const total = sumDrops(dropped)
    if (total === this.#saved) return
    this.#tried = total
    try {
      await writeLosses(files, dir, writer, { ...dropped }, options)
      this.#saved = total
    } catch {
      // The caller has already reported that the samples themselves could not be written.
    }
  }
}
