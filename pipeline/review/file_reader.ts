import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { CacheFolder } from '../cache/cache_folder.ts'
import type { FileKeys } from '../cache/content_keys.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { UnpackError, unpack } from '../read/unpack.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'
import { type ScanOutcome, scanAll } from '../scan/scan_pool.ts'
import { type FileOutcome, getOutcome, putOutcome } from './outcome_cache.ts'
import { type Review, reviewFile } from './review_file.ts'

/** By id of each sample of a file that comes more than once, the number of the file in which it counts. */
export type Owners = ReadonlyMap<string, number>

/** What a review found, and the groups and ids of what it accepted. The cache has no ids. */
export interface ReviewedFile {
  review: Review
  groups: ScannedGroup[]
  ids: Uint8Array | null
}

/** Told what a file holds, with the ids of its samples where it was scanned now. */
export type OnRead = (id: number, outcome: FileOutcome, ids: Uint8Array | null) => void | Promise<void>

export interface ReaderOptions {
  cache: CacheFolder
  keys: FileKeys
  catalog: CatalogIndex
  /** Differs with the catalogue and all else that a review follows from, beside the file. */
  context: string
  /** A folder for unpacked files. */
  scratch: string
}

/** Reads files of samples, by scan or by review, unless the cache knows what that finds. */
export class FileReader {
  readonly #files: readonly DataFile[]
  readonly #options: ReaderOptions
  /** What names each file's content. A file without a key of its own is not found again. */
  readonly keys: string[]

  constructor(files: readonly DataFile[], options: ReaderOptions) {
    this.#files = files
    this.#options = options
    this.keys = files.map((file) => options.keys.of(file) ?? options.cache.freshName('unknown'))
  }

  /**
   * Calls back with what each of some files holds: those of which the cache knows it first, the others as they are scanned.
   *
   * @param covered keys of files whose ids are known
   */
  async readAll(ids: readonly number[], covered: ReadonlySet<string>, onRead: OnRead): Promise<void> {
    const unknown: number[] = []
    for (const id of ids) {
      const known = getOutcome(this.#options.cache, this.#nameOf(id))
      if (known === null || (hasGroups(known.outcome) && !covered.has(this.keys[id]!))) unknown.push(id)
      else await onRead(id, known.outcome, null)
    }
    await this.#scanAll(unknown, onRead)
  }

  /** What a file holds that was read before. */
  async readAgain(id: number): Promise<{ groups: ScannedGroup[] }> {
    let found: FileOutcome = null
    await this.readAll([id], new Set(this.keys), (_, outcome) => {
      found = outcome
    })
    if (!hasGroups(found)) throw new Error(`${this.#files[id]!.path}: it changed while it was read`)
    return found
  }

  /**
   * Reviews a file line by line.
   *
   * @param owners of its samples that are repeated; null where that is not known yet
   * @param needsIds whether the ids are wanted, which the cache does not have
   */
  async review(id: number, owners: Owners | null, needsIds: boolean): Promise<ReviewedFile> {
    const { cache, context, keys } = this.#options
    const name = cache.nameOf('review', this.keys[id]!, context, this.#files[id]!.month ?? '', this.#describe(owners))
    const known = needsIds ? null : getOutcome(cache, name)
    if (known !== null && hasGroups(known.outcome))
      return { review: known.review as Review, groups: known.outcome.groups, ids: null }
    const { review, counted } = await this.#reviewNow(id, owners)
    if (keys.isUnchanged(this.#files[id]!)) await putOutcome(cache, name, counted, review)
    return { review, ...counted }
  }

  /** Keeps what the cache knows of the files, though this build did not need it. */
  useAll(): void {
    for (const id of this.#files.keys()) this.#options.cache.use(this.#nameOf(id))
  }

  #nameOf(id: number): string {
    return this.#options.cache.nameOf('scan', this.keys[id]!)
  }

  async #scanAll(ids: readonly number[], onRead: OnRead): Promise<void> {
    const { cache, keys } = this.#options
    await scanAll(
      ids.map((id) => this.#files[id]!),
      async (index, outcome) => {
        const id = ids[index]!
        // What was read while the file changed has no name.
        if (keys.isUnchanged(this.#files[id]!)) await putOutcome(cache, this.#nameOf(id), outcome)
        else this.keys[id] = cache.freshName('changed')
        await onRead(id, outcome, idsOf(outcome))
      },
    )
  }

  async #reviewNow(id: number, owners: Owners | null) {
    const file = this.#files[id]!
    const { scratch, catalog } = this.#options
    const path = await unpack(file, join(scratch, `unpacked-${id}.jsonl`))
    try {
      return await reviewFile(path, { month: file.month, catalog, countsIn: this.#findOwner(id, owners) })
    } finally {
      if (path !== file.absolutePath) rmSync(path)
    }
  }

  /** Tells where a sample of a file counts, unless that is here and now: see ReviewOptions. */
  #findOwner(id: number, owners: Owners | null): (jobId: string) => string | null {
    const seen = new Set<string>()
    return (jobId) => {
      const owner = owners?.get(jobId)
      if (owner === undefined) return null
      if (owner !== id || seen.has(jobId)) return this.#files[owner]!.path
      seen.add(jobId)
      return null
    }
  }

  #describe(owners: Owners | null): string {
    const hash = createHash('sha256')
    for (const [jobId, owner] of [...(owners ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)))
      hash.update(`${jobId} ${this.#files[owner]!.path}\n`)
    return hash.digest('hex')
  }
}

function hasGroups(outcome: FileOutcome): outcome is { groups: ScannedGroup[] } {
  return outcome !== null && !(outcome instanceof UnpackError)
}

function idsOf(outcome: ScanOutcome): Uint8Array | null {
  return outcome !== null && 'ids' in outcome ? outcome.ids : null
}
