import { addDrops, subtractDrops, sumDrops } from './drop_counts.ts'
import type { Files } from './files.ts'
import { updateState } from './state.ts'
import type { DropCounts } from './types.ts'

/** Adds what a process had to drop to the counts of the folder, whenever there is more of it. */
export class DropRecorder {
  readonly #files: Files
  readonly #dir: string
  #saved: DropCounts = {}
  #tried = 0

  constructor(files: Files, dir: string) {
    this.#files = files
    this.#dir = dir
  }

  /** Whether there are counts that no attempt was made to save yet. */
  isBehind(dropped: DropCounts): boolean {
    return sumDrops(dropped) !== this.#tried
  }

  /** False if the disk takes no counts, as it takes no samples: the next call tries again. Never rejects. */
  async save(dropped: DropCounts): Promise<boolean> {
    const counts = { ...dropped }
    const added = subtractDrops(counts, this.#saved)
    if (sumDrops(added) === 0) return true
    this.#tried = sumDrops(counts)
    try {
      await updateState(this.#files, this.#dir, (state) => addDrops(state.dropped, added))
      this.#saved = counts
      return true
    } catch {
      // The caller has already reported that the samples themselves could not be written.
      return false
    }
  }
}
