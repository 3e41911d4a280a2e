import { sumDrops } from './drop_counts.ts'
import type { Files } from './files.ts'
import { type Writer, writeLosses } from './loss_file.ts'
import type { DropCounts } from './types.ts'

export interface LossKeeperOptions {
  files: Files
  dir: string
  writer: Writer
}

/** Writes down what a process had to drop, when it changed and as far as the disk lets it. */
export class LossKeeper {
  readonly #options: LossKeeperOptions
  #kept = 0
  #tried = 0

  constructor(options: LossKeeperOptions) {
    this.#options = options
  }

  /** Whether there is something that was not even tried to be written down. */
  isBehind(dropped: DropCounts): boolean {
    return sumDrops(dropped) !== this.#tried
  }

  /** Never rejects: a disk that takes no samples takes no counts either, and the next call tries again. */
  async keep(dropped: DropCounts, options?: { durable: boolean }): Promise<void> {
    const { files, dir, writer } = this.#options
    const total = sumDrops(dropped)
    if (total === this.#kept) return
    this.#tried = total
    try {
      await writeLosses(files, dir, writer, { ...dropped }, options)
      this.#kept = total
    } catch {
      // Said already by whoever could not write the samples themselves.
    }
  }
}
