import type { CacheFolder } from '../cache/cache_folder.ts'
import { Partition, type SealedPartition } from '../strata/partition.ts'
import type { IdTable } from './sample_ids.ts'
import type { CheckedSamples } from './tally.ts'

/** What a check of some files found, for the next check to start from. */
export interface CheckState {
  /** Path and content key of each file. */
  files: [string, string][]
  result: CheckedSamples
  /** Where the ids of all samples are, those that count nowhere among them. */
  ids: IdTable[]
}

/** A state as the cache keeps it. */
interface KeptState extends Omit<CheckState, 'result'> {
  context: string
  findings: CheckedSamples['findings']
  partitions: SealedPartition[]
}

/** Former states that are looked at. */
const MOST_STATES = 4

/** The states of the checks of one version of the code and the catalogue. */
export class CheckStates {
  readonly #cache: CacheFolder
  readonly #context: string

  /** @param catalogue its fingerprint */
  constructor(cache: CacheFolder, catalogue: string) {
    this.#cache = cache
    this.#context = cache.nameOf('context', catalogue)
  }

  /** The state of most of some files and of no others; null if the cache has none. */
  find(files: CheckState['files']): CheckState | null {
    const keys = new Map(files)
    let best: KeptState | null = null
    // The oldest first, so that those read now stay in their order.
    for (const name of [this.#nameOf(files), ...this.#cache.newest('state', MOST_STATES).reverse()]) {
      const state = this.#cache.read<KeptState>(name)
      if (state === null || state.files.length <= (best?.files.length ?? 0) || !this.#fits(state, keys)) continue
      best = state
      if (state.files.length === files.length) break
    }
    if (best === null) return null
    const { files: known, ids, findings, partitions } = best
    return { files: known, ids, result: { findings, partitions: partitions.map(Partition.open) } }
  }

  #fits({ context, files, ids }: KeptState, keys: ReadonlyMap<string, string>): boolean {
    return (
      context === this.#context &&
      files.every(([path, key]) => keys.get(path) === key) &&
      ids.every(({ name }) => this.#cache.has(name))
    )
  }

  /** Keeps a state for later checks. */
  async keep({ files, ids, result: { findings, partitions } }: CheckState): Promise<void> {
    const kept: KeptState = {
      context: this.#context,
      files,
      ids,
      findings,
      partitions: partitions.map((partition) => partition.seal()),
    }
    await this.#cache.write(this.#nameOf(files), kept)
  }

  #nameOf(files: CheckState['files']): string {
    return this.#cache.nameOf('state', this.#context, JSON.stringify(files))
  }
}
