import { deserialize, serialize } from 'node:v8'
import type { KeptResult } from '../aggregate/aggregates.ts'
import type { CacheFolder } from '../cache/cache_folder.ts'
import type { ContentKeys } from '../cache/content_keys.ts'
import type { DataFile } from '../read/discover.ts'
import { isUnchanged } from '../read/file_stamp.ts'
import type { CheckedSamples } from '../review/check.ts'

/** What a build of some files of samples found and made of it, for the next build to start from. */
export interface BuildState {
  checked: Omit<CheckedSamples, 'changed'>
  results: ReadonlyMap<string, KeptResult>
}

interface KeptState {
  context: string
  files: [string, string][]
  /** The files of the cache with the ids of all samples. */
  ids: string[]
  /** The state, which is decoded when it is needed. */
  content: Uint8Array
}

const MOST_STATES = 4

/** The states of builds by one version of the code and the catalogue. */
export class BuildStates {
  readonly #cache: CacheFolder
  readonly #context: string
  readonly #files: readonly DataFile[]
  readonly #named: KeptState['files']

  /** @param catalogue its fingerprint */
  constructor(cache: CacheFolder, catalogue: string, files: readonly DataFile[], keys: ContentKeys) {
    this.#cache = cache
    this.#context = cache.nameOf('context', catalogue)
    this.#files = files
    this.#named = files.map(({ path, isAdded }) => [path, `${keys.get(path) ?? ''}${isAdded ? ' added' : ''}`])
  }

  /** The state of most of the files and of no others; null if the cache has none. */
  find(): BuildState | null {
    const keys = new Map(this.#named)
    let best: KeptState | null = null
    // The oldest first, so that those read now stay in their order.
    for (const name of [this.#name(), ...this.#cache.newest('state', MOST_STATES).reverse()]) {
      const state = this.#cache.read<KeptState>(name)
      if (state?.context !== this.#context || state.files.length <= (best?.files.length ?? 0)) continue
      const isOf = state.files.every(([path, key]) => keys.get(path) === key)
      if (isOf && state.ids.every((id) => this.#cache.has(id))) best = state
      if (best?.files.length === keys.size) break
    }
    return best && (deserialize(best.content) as BuildState)
  }

  /** Keeps a state for later builds, unless a file changed while it was read. */
  async keep(state: BuildState): Promise<void> {
    if (!this.#cache.isKept || !this.#files.every(isUnchanged)) return
    const ids = state.checked.ids.map(({ name }) => name)
    const kept: KeptState = { context: this.#context, files: this.#named, ids, content: serialize(state) }
    await this.#cache.write(this.#name(), kept)
  }

  #name(): string {
    return this.#cache.nameOf('state', this.#context, JSON.stringify(this.#named))
  }
}
