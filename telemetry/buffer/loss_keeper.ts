import type { Clock } from './clock.ts'
import { sumDrops } from './drop_counts.ts'
import type { Files } from './files.ts'
import { type Writer, writeLosses } from './loss_file.ts'
import type { DropCounts } from './types.ts'

export interface LossKeeperOptions {
  files: Files
  dir: string
  writer: Writer
  clock: Clock
}

const KEEP_EVERY_MS = 1000

/** Writes down what a process had to drop, when it changed and as far as the disk lets it. */
export class LossKeeper {
  readonly #options: LossKeeperOptions
  #kept = 0
  #tried_at = Number.NEGATIVE_INFINITY

  constructor(options: LossKeeperOptions) {
    this.#options = options
  }

  /** Never rejects: a disk that takes no samples takes no counts either, and the next call tries again. */
  async keep(dropped: DropCounts, { now = false } = {}): Promise<void> {
    const { files, dir, writer, clock } = this.#options
    const total = sumDrops(dropped)
    if (total === this.#kept || (!now && clock.monotonic() - this.#tried_at < KEEP_EVERY_MS)) return
    this.#tried_at = clock.monotonic()
    try {
      await writeLosses(files, dir, writer, { ...dropped })
      this.#kept = total
    } catch {
      // Said already by whoever could not write the samples themselves.
    }
  }
}
