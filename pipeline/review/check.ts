import type { DuckDBConnection } from '@duckdb/node-api'
import { CacheFolder } from '../cache/cache_folder.ts'
import { withDatabase } from '../lib/database.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { scanAll } from '../scan/scan_pool.ts'
import { reviewFile } from './review_file.ts'
import { type IdTable, SampleIds } from './sample_ids.ts'
import { type Counted, Tally } from './tally.ts'

/** Told how far the check has come. */
export type OnProgress = (done: number, total: number) => void

export interface CheckOptions {
  catalog: CatalogIndex
  /** A folder for unpacked files and what does not fit into memory. */
  scratch: string
  /** A database to look for repeated ids in, which may still be opening; by default one of its own. */
  database?: Promise<{ connection: DuckDBConnection }> | undefined
  onProgress?: OnProgress | undefined
  /** Where the ids of samples are kept; by default in scratch. */
  cache?: CacheFolder
  /** What was found in some of the files before. */
  former?: Omit<CheckedSamples, 'changed'> | undefined
}

export interface CheckedSamples extends Counted {
  /** Keys of the partitions that are not as they were. */
  changed: ReadonlySet<string>
  /** Where the ids of all samples are, those that count nowhere among them. */
  ids: IdTable[]
}

/** Checks and counts every line of files of samples. */
export async function checkFiles(files: readonly DataFile[], options: CheckOptions): Promise<CheckedSamples> {
  if (files.length === 0) return { findings: [], partitions: [], changed: new Set(), ids: [] }
  if (options.database) return new Check(files, options, (await options.database).connection).run()
  return withDatabase((connection) => new Check(files, options, connection).run())
}

class Check {
  readonly #files: readonly DataFile[]
  readonly #options: CheckOptions
  readonly #ids: SampleIds
  /** Each sample of a contributor counts once: in the file of the earliest month, the first by name among those. */
  readonly #order: DataFile[]

  constructor(files: readonly DataFile[], options: CheckOptions, connection: DuckDBConnection) {
    this.#files = files
    this.#options = options
    this.#ids = new SampleIds(connection, options.cache ?? new CacheFolder(null), options.scratch)
    this.#order = files.toSorted((a, b) => (arrivalOf(a) < arrivalOf(b) ? -1 : arrivalOf(a) > arrivalOf(b) ? 1 : 0))
  }

  async run(): Promise<CheckedSamples> {
    const { former } = this.#options
    return (former && (await this.#addTo(former))) ?? (await this.#checkAll())
  }

  /** Adds files to the result of a former check. Null where what is added repeats a sample, or the ids of former ones are gone. */
  async #addTo({ ids, ...former }: Omit<CheckedSamples, 'changed'>): Promise<CheckedSamples | null> {
    const known = new Set(former.findings.map(({ verdicts }) => verdicts.path))
    const added = this.#files.filter(({ path }) => !known.has(path))
    const tally = new Tally(this.#options.catalog, former)
    if (added.length === 0) return { ...tally.result(this.#files), ids }
    if (ids.length === 0) return null
    await this.#addFiles(added, tally)
    const table = await this.#ids.write()
    if (table !== null && (await this.#ids.mayRepeat(table, ids))) return null
    return { ...tally.result(this.#files), ids: table === null ? ids : [...ids, table] }
  }

  async #checkAll(): Promise<CheckedSamples> {
    const tally = new Tally(this.#options.catalog)
    await this.#addFiles(this.#files, tally)
    const table = await this.#ids.write()
    await this.#dropRepeated(tally)
    return { ...tally.result(this.#files), ids: table === null ? [] : [table] }
  }

  /** Adds what a scan finds in files, then what a review finds in those that need one. */
  async #addFiles(files: readonly DataFile[], tally: Tally): Promise<void> {
    const needReview: DataFile[] = []
    let done = this.#files.length - files.length
    await scanAll(files, async (index, outcome) => {
      const file = files[index]!
      if (outcome instanceof Error) tally.in(file).rejectDamaged(outcome)
      else if (outcome === null || !tally.addScanned(file, outcome.groups)) needReview.push(file)
      else await this.#ids.add(this.#order.indexOf(file), outcome.ids)
      this.#options.onProgress?.(++done, this.#files.length)
    })
    for (const file of needReview) {
      const { accepted, ids } = await reviewFile(file, { ...this.#options, findings: tally.in(file) })
      tally.add(file, accepted)
      await this.#ids.add(this.#order.indexOf(file), ids)
    }
  }

  async #dropRepeated(tally: Tally): Promise<void> {
    const origins = this.#order.map((file) => ({ contributor: file.owner, arrival: arrivalOf(file) }))
    for (const place of await this.#ids.findRepeated(origins)) {
      const file = this.#order[place]!
      const owners = new Map((await this.#ids.ownersIn(place)).map(([id, owner]) => [id, this.#order[owner]!.path]))
      const { repeated, duplicates } = await reviewFile(file, { ...this.#options, owners })
      tally.add(file, repeated, -1)
      for (const lines of duplicates) tally.in(file).quarantine(lines)
    }
  }
}

/** When a file came, as far as a data folder tells: what came first sorts first, what cannot be told apart is equal. */
function arrivalOf({ month, isAdded }: DataFile): string {
  return `${isAdded ? 1 : 0} ${month ?? ''}`
}
