import { renameSync, rmSync } from 'node:fs'
import type { CacheFolder } from './cache_folder.ts'
import { LEAST_FILTERED } from './id_filter.ts'
import { findRepeated, RunReader, type WrittenRun, writeRun } from './id_run.ts'

type Ids = BigUint64Array<ArrayBuffer>

/** A file of ids in the cache. */
export interface Run {
  name: string
  ids: number
}

/** Ids that are held in memory before they go to a file: 256 MB, and as much again while they are put in order. */
const MOST_HELD = 2 ** 25
/** Runs of fewer ids are joined with what is added: that takes less than to look into them. */
const TINY_RUN = LEAST_FILTERED
/** Runs of fewer ids are joined once there are more than a few of them. */
const SMALL_RUN = 2 ** 20
const MOST_SMALL_RUNS = 8

/** Finds the ids that come more than once among many, in bounded memory, and keeps them for the next build. */
export class IdLedger {
  readonly #cache: CacheFolder
  readonly #most: number
  #held: Ids[] = []
  #count = 0
  #runs: Run[] = []
  readonly #repeated = new Set<bigint>()

  /** @param most ids that are held in memory */
  constructor(cache: CacheFolder, most = MOST_HELD) {
    this.#cache = cache
    this.#most = most
  }

  add(ids: Ids): void {
    if (this.#count > 0 && this.#count + ids.length > this.#most) this.#spill()
    this.#held.push(ids)
    this.#count += ids.length
  }

  /** Every id that came more than once; and where the ids lie, or null where they are not kept. */
  finish(): { repeated: Set<bigint>; runs: Run[] | null } {
    if (this.#runs.length > 0) {
      this.#spill()
      for (const id of this.#compareRuns()) this.#repeated.add(id)
    } else this.#settle()
    return { repeated: this.#repeated, runs: this.#cache.isKept && this.#runs.length > 0 ? this.#runs : null }
  }

  #spill(): void {
    this.#note(writeToCache(this.#cache, this.#held))
  }

  /** Ids that fit into memory need no file but for the next build, and a disk that is full does not stop this one. */
  #settle(): void {
    if (this.#cache.isKept) {
      try {
        this.#spill()
        return
      } catch {}
    }
    for (const id of writeRun(this.#held, null).repeated) this.#repeated.add(id)
  }

  #note({ repeated, ...run }: Run & WrittenRun): void {
    this.#runs.push(run)
    for (const id of repeated) this.#repeated.add(id)
    this.#held = []
    this.#count = 0
  }

  #compareRuns(): Set<bigint> {
    return withReaders(this.#cache, this.#runs, findRepeated)
  }
}

/**
 * Adds ids to those of a former build. Null where an id came before, or comes twice: then it has to be found out where. Rejects with CacheLost.
 */
export async function extendRuns(
  cache: CacheFolder,
  former: readonly Run[],
  ids: readonly Ids[],
): Promise<Run[] | null> {
  if (ids.every(({ length }) => length === 0)) return former.map(({ name, ids: count }) => ({ name, ids: count }))
  const small = former.filter((run) => run.ids < SMALL_RUN)
  const joined = small.length < MOST_SMALL_RUNS ? small.filter((run) => run.ids < TINY_RUN) : small
  for (const run of former) if (!joined.includes(run) && (await holdsAny(cache, run, ids))) return null
  const parts = withReaders(cache, joined, (readers) => readers.map((reader) => reader.readAll()))
  const { repeated, ...run } = writeToCache(cache, [...parts, ...ids])
  return repeated.size > 0 && repeatsAny(ids, repeated)
    ? null
    : [...former.filter((known) => !joined.includes(known)), run]
}

/** Old ids may well come twice, in files that were found to share samples. */
function repeatsAny(ids: readonly Ids[], repeated: ReadonlySet<bigint>): boolean {
  return ids.some((part) => part.some((id) => repeated.has(id)))
}

function writeToCache(cache: CacheFolder, parts: readonly Ids[]): Run & WrittenRun {
  const name = cache.freshName('ids')
  const path = cache.use(name)
  const aside = `${path}.part`
  try {
    const written = writeRun(parts, aside)
    renameSync(aside, path)
    return { name, ...written }
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
}

async function holdsAny(cache: CacheFolder, { name }: Run, ids: readonly Ids[]): Promise<boolean> {
  const reader = new RunReader(cache.use(name))
  try {
    return await reader.holdsAny(ids)
  } finally {
    reader.close()
  }
}

function withReaders<T>(cache: CacheFolder, runs: readonly Run[], look: (readers: RunReader[]) => T): T {
  const readers: RunReader[] = []
  try {
    for (const { name } of runs) readers.push(new RunReader(cache.use(name)))
    return look(readers)
  } finally {
    for (const reader of readers) reader.close()
  }
}
