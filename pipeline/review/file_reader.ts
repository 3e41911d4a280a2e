import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { CacheFolder } from '../cache/cache_folder.ts'
import type { FileKeys } from '../cache/content_keys.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { unpack } from '../read/unpack.ts'
import { LINE_FORMS } from '../scan/line_form.ts'
import { packOutcome, type ScanOutcome, unpackOutcome } from '../scan/partial.ts'
import { createIdHasher, scanAll } from '../scan/scan_pool.ts'
import type { ScannedFile } from '../scan/scanner.ts'
import { type Review, reviewFile } from './review.ts'

/** What a review found, and the scan of what it accepted. */
export interface ReviewedFile {
  review: Review
  scanned: ScannedFile
}

export interface ReaderOptions {
  cache: CacheFolder
  keys: FileKeys
  catalog: CatalogIndex
  /** Differs with the catalogue and all else that a review follows from, beside the file. */
  context: string
  /** A folder for unpacked and rewritten files. */
  scratch: string
}

/** By hash of an id that comes more than once, the file that it counts in. */
export type Owners = ReadonlyMap<bigint, number>

/** Reads files, by scan or by review, unless the cache knows what that finds. */
export class FileReader {
  readonly #files: readonly DataFile[]
  readonly #options: ReaderOptions
  /** What names each file's content. A file without a key of its own is not found again. */
  readonly keys: string[]
  #hasher: ((id: string) => bigint) | null = null

  constructor(files: readonly DataFile[], options: ReaderOptions) {
    this.#files = files
    this.#options = options
    this.keys = files.map((file) => options.keys.of(file) ?? options.cache.freshName('unknown'))
  }

  /** Calls back with what each of some files holds: those of which the cache knows it first, the others as they are scanned. */
  async readAll(ids: readonly number[], onRead: (id: number, outcome: ScanOutcome) => void): Promise<void> {
    const unknown: number[] = []
    for (const id of ids) {
      const entry = this.#options.cache.read(this.#nameOf(id))
      if (entry === null) unknown.push(id)
      else onRead(id, unpackOutcome(entry).outcome)
    }
    await this.#scanAll(unknown, onRead)
  }

  async read(id: number): Promise<ScanOutcome> {
    let found: ScanOutcome = null
    await this.readAll([id], (_, outcome) => {
      found = outcome
    })
    return found
  }

  /**
   * Looks at a file line by line. Throws where what it accepts is not what the scan accepts.
   *
   * @param ids of the file, among which are those of `owners`
   */
  async review(id: number, owners: Owners, ids = new BigUint64Array()): Promise<ReviewedFile> {
    const { cache } = this.#options
    const file = this.#files[id]!
    const repeated = owners.size === 0 ? '' : this.#describeRepeated(owners, ids)
    const name = cache.nameOf(
      'review',
      this.keys[id]!,
      this.#options.context,
      file.kind,
      file.month ?? '',
      repeated === '' ? '' : `${file.path} ${repeated}`,
    )
    const entry = cache.read(name)
    if (entry !== null) {
      const { outcome, review } = unpackOutcome(entry)
      return { review: review as Review, scanned: outcome as ScannedFile }
    }
    const reviewed = await this.#reviewNow(id, owners)
    const { head, parts } = packOutcome(reviewed.scanned, reviewed.review)
    if (this.#options.keys.isUnchanged(file)) await cache.write(name, head, parts)
    return reviewed
  }

  /** Keeps what the cache knows of the files, though this build did not need it. */
  useAll(): void {
    for (const id of this.#files.keys()) this.#options.cache.use(this.#nameOf(id))
  }

  #nameOf(id: number): string {
    return this.#options.cache.nameOf('scan', this.keys[id]!, this.#files[id]!.kind)
  }

  async #scanAll(ids: readonly number[], onRead: (id: number, outcome: ScanOutcome) => void): Promise<void> {
    const { cache, keys } = this.#options
    const requests = ids.map((id) => {
      const { absolutePath, compression, bytes, kind } = this.#files[id]!
      return { absolutePath, compression, bytes, form: LINE_FORMS[kind] }
    })
    await scanAll(requests, cache.seed, async (index, outcome) => {
      const id = ids[index]!
      const { head, parts } = packOutcome(outcome)
      // What was read while the file changed has no name.
      if (keys.isUnchanged(this.#files[id]!)) await cache.write(this.#nameOf(id), head, parts)
      else this.keys[id] = cache.freshName('changed')
      onRead(id, outcome)
    })
  }

  async #reviewNow(id: number, owners: Owners): Promise<ReviewedFile> {
    const { scratch, catalog, cache } = this.#options
    const file = this.#files[id]!
    const path = await unpack(file, join(scratch, `unpacked-${id}.jsonl`))
    const target = join(scratch, `reviewed-${id}.jsonl`)
    const { contract } = LINE_FORMS[file.kind]
    const countsIn = this.#findOwners(id, owners)
    const review = await reviewFile(path, { contract, month: file.month, catalog, target, countsIn })
    const request = { absolutePath: target, compression: 'none' as const, bytes: 0, form: LINE_FORMS[file.kind] }
    let scanned: ScanOutcome = null
    await scanAll([request], cache.seed, (_, outcome) => {
      scanned = outcome
    })
    rmSync(target)
    if (path !== file.absolutePath) rmSync(path)
    if (scanned === null || !('groups' in scanned))
      throw new Error(`${file.path}: accepted line by line, but not when scanned`)
    return { review, scanned }
  }

  /** Tells where a sample of a file counts, unless that is here and now: see ReviewOptions. */
  #findOwners(id: number, owners: Owners): (jobId: string) => string | null {
    if (owners.size === 0) return () => null
    this.#hasher ??= createIdHasher(this.#options.cache.seed)
    const hashId = this.#hasher
    const seen = new Set<string>()
    return (jobId) => {
      const owner = owners.get(hashId(jobId))
      if (owner === undefined) return null
      if (owner !== id || seen.has(jobId)) return this.#files[owner]!.path
      seen.add(jobId)
      return null
    }
  }

  /** Which of a file's ids come more than once, and where they count. */
  #describeRepeated(owners: Owners, ids: BigUint64Array): string {
    const repeated = [...new Set(ids)].filter((hash) => owners.has(hash)).sort()
    const text = repeated.map((hash) => `${hash} ${this.#files[owners.get(hash)!]!.path}`).join('\n')
    return createHash('sha256').update(text).digest('hex')
  }
}
