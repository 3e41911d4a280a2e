import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { CacheFolder, CacheLost } from '../cache/cache_folder.ts'
import { type FileKeys, PATHS_AS_KEYS } from '../cache/content_keys.ts'
import { openDatabase } from '../lib/database.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { UnpackError } from '../read/unpack.ts'
import type { CheckResult } from './check_result.ts'
import { type CheckState, keepState, readStates } from './check_state.ts'
import { FileReader, type Owners } from './file_reader.ts'
import { type IdTable, type RankedFile, SampleIds } from './sample_ids.ts'
import { Tally } from './tally.ts'

/** Told how far the check has come. */
export type OnProgress = (done: number, total: number) => void

export interface CheckOptions {
  catalog: CatalogIndex
  /** A folder for unpacked files and what does not fit into memory. */
  scratch: string
  /** A database to look for repeated ids in, which may still be opening; by default one of its own. */
  database?: Promise<{ connection: DuckDBConnection }> | undefined
  onProgress?: OnProgress | undefined
  /** What former builds found, and what names the content of files. */
  kept?: { cache: CacheFolder; keys: FileKeys } | undefined
}

/** Checks and counts every line of files of samples. */
export async function checkFiles(files: readonly DataFile[], options: CheckOptions): Promise<CheckResult> {
  if (files.length === 0) return new Tally(files, options.catalog).result()
  if (options.database) return new Check(files, options, (await options.database).connection).run()
  const { connection, close } = await openDatabase(options.scratch)
  try {
    return await new Check(files, options, connection).run()
  } finally {
    close()
  }
}

class Check {
  readonly #files: readonly DataFile[]
  readonly #options: CheckOptions
  readonly #cache: CacheFolder
  readonly #reader: FileReader
  readonly #ids: SampleIds
  /** Differs with all that a result follows from, beside the files. */
  readonly #context: string

  constructor(files: readonly DataFile[], options: CheckOptions, connection: DuckDBConnection) {
    const { kept, scratch, catalog } = options
    this.#files = files
    this.#options = options
    this.#cache = kept?.cache ?? new CacheFolder(join(scratch, 'cache'), false)
    this.#context = this.#cache.nameOf('context', catalog.fingerprint)
    this.#ids = new SampleIds(connection, this.#cache, scratch)
    const keys = kept?.keys ?? PATHS_AS_KEYS
    this.#reader = new FileReader(files, { cache: this.#cache, keys, catalog, context: this.#context, scratch })
  }

  async run(): Promise<CheckResult> {
    const states = this.#cache.isKept ? readStates(this.#cache, this.#context) : []
    try {
      return (await this.#addToFormer(states)) ?? (await this.#checkAll(states.flatMap(({ ids }) => ids)))
    } catch (error) {
      if (!(error instanceof CacheLost)) throw error
      return this.#checkAll([])
    }
  }

  /** Adds files to the result of the former check that knows most of them. Null where none fits, or where what is added repeats a sample. Rejects with CacheLost. */
  async #addToFormer(states: readonly CheckState[]): Promise<CheckResult | null> {
    const keys = new Map(this.#files.map(({ path }, id) => [path, this.#reader.keys[id]]))
    const fitting = states.filter(({ files }) => files.every(([path, key]) => keys.get(path) === key))
    const [state] = fitting.sort((a, b) => b.files.length - a.files.length)
    return state === undefined ? null : this.#addTo(state)
  }

  async #addTo({ files, result, ids }: CheckState): Promise<CheckResult | null> {
    const known = new Set(files.map(([path]) => path))
    const added = [...this.#files.keys()].filter((id) => !known.has(this.#files[id]!.path))
    // A file with the content of a known one has its samples.
    if (ids.length === 0 || added.some((id) => ids.some(({ keys }) => keys.includes(this.#reader.keys[id]!))))
      return null
    const tally = new Tally(this.#files, this.#options.catalog, result)
    await this.#addAll(added, tally, [])
    const table = await this.#ids.write()
    if (table !== null && (await this.#ids.repeatsAny(table, ids))) return null
    return this.#keep(tally, table === null ? ids : [...ids, table])
  }

  /** @param known tables of ids of former checks */
  async #checkAll(known: readonly IdTable[]): Promise<CheckResult> {
    const tally = new Tally(this.#files, this.#options.catalog)
    const reviewed = await this.#addAll([...this.#files.keys()], tally, known)
    const table = await this.#ids.write()
    const tables = this.#tablesInUse(table === null ? known : [table, ...known])
    await this.#dropRepeated(tables, reviewed, tally)
    return this.#keep(tally, tables)
  }

  /** Adds what each of some files holds, then what a review finds in those that need one; returns the latter. */
  async #addAll(ids: readonly number[], tally: Tally, known: readonly IdTable[]): Promise<ReadonlySet<number>> {
    const covered = new Set(known.flatMap(({ keys }) => keys))
    const needReview: number[] = []
    let done = this.#files.length - ids.length
    await this.#reader.readAll(ids, covered, async (id, outcome, sampleIds) => {
      if (outcome instanceof UnpackError) tally.rejectDamaged(id, outcome)
      else if (outcome === null || !tally.add(id, outcome)) needReview.push(id)
      else await this.#addIds(id, sampleIds)
      this.#options.onProgress?.(++done, this.#files.length)
    })
    for (const id of needReview.sort((a, b) => a - b)) {
      const sampleIds = await this.#reviewAndAdd(id, null, tally, !covered.has(this.#reader.keys[id]!))
      await this.#addIds(id, sampleIds)
    }
    return new Set(needReview)
  }

  async #addIds(id: number, ids: Uint8Array | null): Promise<void> {
    if (ids !== null && ids.length > 0) await this.#ids.add(this.#reader.keys[id]!, ids)
  }

  async #reviewAndAdd(id: number, owners: Owners | null, tally: Tally, needsIds = false): Promise<Uint8Array | null> {
    const { review, ids, groups } = await this.#reader.review(id, owners, needsIds)
    tally.addReview(id, review)
    if (!tally.add(id, { groups }))
      throw new Error(`${this.#files[id]!.path}: accepted line by line, but not as a whole`)
    return ids
  }

  /** Each sample counts once: in the file of the earliest month, the first by name among those. */
  async #dropRepeated(tables: readonly IdTable[], reviewed: ReadonlySet<number>, tally: Tally): Promise<void> {
    if (tables.length === 0) return
    for (const id of await this.#ids.findRepeated(tables, this.#rankFiles())) {
      const counted = reviewed.has(id) ? await this.#reader.review(id, null, false) : await this.#reader.readAgain(id)
      tally.subtract(id, counted)
      await this.#reviewAndAdd(id, await this.#ids.ownersIn(id), tally)
    }
  }

  #rankFiles(): RankedFile[] {
    const order = [...this.#files.keys()].sort((a, b) => {
      const [monthA, monthB] = [this.#files[a]!.month ?? '', this.#files[b]!.month ?? '']
      return monthA < monthB ? -1 : monthA > monthB ? 1 : a - b
    })
    const ranks = new Map(order.map((id, rank) => [id, rank]))
    return this.#reader.keys.map((key, id) => ({ key, rank: ranks.get(id)! }))
  }

  /** The tables that have ids of these files. */
  #tablesInUse(tables: readonly IdTable[]): IdTable[] {
    const missing = new Set(this.#reader.keys)
    return tables.filter(({ keys }) => keys.filter((key) => missing.delete(key)).length > 0)
  }

  /** Keeps the result for later builds. */
  async #keep(tally: Tally, ids: readonly IdTable[]): Promise<CheckResult> {
    const result = tally.result()
    if (!this.#cache.isKept) return result
    const files = this.#files.map(({ path }, id): [string, string] => [path, this.#reader.keys[id]!])
    this.#reader.useAll()
    for (const { name } of ids) this.#cache.use(name)
    await keepState(this.#cache, this.#context, { files, result, ids: [...ids] })
    return result
  }
}
