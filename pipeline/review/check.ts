import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { CacheFolder, CacheLost } from '../cache/cache_folder.ts'
import { type FileKeys, PATHS_AS_KEYS } from '../cache/content_keys.ts'
import { extendRuns, IdLedger, type Run } from '../cache/id_ledger.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import { UnpackError } from '../read/unpack.ts'
import type { ScanOutcome } from '../scan/partial.ts'
import type { ScannedFile } from '../scan/scanner.ts'
import { unpackStratum } from '../strata/partition.ts'
import type { CheckResult } from './check_result.ts'
import { type CheckState, findState, keepState } from './check_state.ts'
import { FileReader, type Owners } from './file_reader.ts'
import { Holders } from './holders.ts'
import { type Findings, Tally } from './tally.ts'

/** Told how far the check has come. */
export type OnProgress = (done: number, total: number) => void

interface CheckOptions {
  catalog: CatalogIndex
  /** A folder for unpacked and rewritten files. */
  scratch: string
  /** Month of publication by source id, for curated rows without a day. */
  publishedMonth?: Map<string, string>
  onProgress?: OnProgress | undefined
  /** What former builds found, and what names the content of files. */
  kept?: { cache: CacheFolder; keys: FileKeys } | undefined
}

/** A check that is at an end but for the question whether a new sample came before. */
export interface BegunCheck {
  /** The result if none did. */
  likely: CheckResult
  /** The result: `likely` itself if none did. */
  final: Promise<CheckResult>
}

/** Checks and counts every line of `files`. */
export async function checkFiles(files: DataFile[], options: CheckOptions): Promise<CheckResult> {
  const { final } = await beginCheck(files, options)
  return final
}

/** As `checkFiles`, but says early what will most likely come out: new samples are looked for among all former ones while others work. */
export async function beginCheck(files: DataFile[], options: CheckOptions): Promise<BegunCheck> {
  const check = new Check(files, options)
  const addition = await check.addToFormer()
  if (addition === null) {
    const result = withStrata(await check.checkAll())
    return { likely: result, final: Promise.resolve(result) }
  }
  const likely = withStrata(addition.findings)
  const decide = async () => ((await check.confirm(addition)) ? likely : withStrata(await check.checkAll()))
  return { likely, final: decide() }
}

function withStrata(findings: Findings): CheckResult {
  return {
    ...findings,
    get strata() {
      return findings.partitions.flatMap((partition) => partition.packed().map(unpackStratum))
    },
  }
}

/** What files add to a former build. */
interface Addition {
  /** Those of the former build among them. */
  findings: Findings
  /** Where the ids of the former build lie. */
  runs: Run[]
  /** Of the samples of the new files. */
  ids: BigUint64Array<ArrayBuffer>[]
}

const NONE: Owners = new Map()

class Check {
  readonly #files: DataFile[]
  readonly #options: CheckOptions
  readonly #publishedMonth: Map<string, string>
  readonly #cache: CacheFolder
  readonly #reader: FileReader
  /** Differs with all that findings follow from, beside the files. */
  readonly #context: string

  constructor(files: DataFile[], options: CheckOptions) {
    const { kept, scratch, catalog } = options
    this.#files = files
    this.#options = options
    this.#publishedMonth = options.publishedMonth ?? new Map()
    this.#cache = kept?.cache ?? new CacheFolder(join(scratch, 'cache'), false)
    this.#context = this.#cache.nameOf('context', catalog.fingerprint, JSON.stringify([...this.#publishedMonth]))
    const keys = kept?.keys ?? PATHS_AS_KEYS
    this.#reader = new FileReader(files, { cache: this.#cache, keys, catalog, context: this.#context, scratch })
  }

  /** Adds files to the findings of a former build. Null where there are none to add to. */
  async addToFormer(): Promise<Addition | null> {
    if (!this.#cache.isKept) return null
    const state = findState(this.#cache, this.#context, this.#files, this.#reader.keys)
    if (state === null) return null
    try {
      return await this.#addTo(state)
    } catch (error) {
      if (error instanceof CacheLost) return null
      throw error
    }
  }

  async #addTo({ files, findings, runs }: CheckState): Promise<Addition> {
    const known = new Set(files.map(([path]) => path))
    const added = this.#files.flatMap(({ path }, id) => (known.has(path) ? [] : [id]))
    const tally = new Tally(this.#files, this.#options.catalog, this.#publishedMonth, findings)
    const ids: BigUint64Array<ArrayBuffer>[] = []
    await this.#takeAll(added, tally, (part) => ids.push(part))
    return { findings: tally.findings(), runs, ids }
  }

  /** Whether no new sample came before, as far as that can be told. Then the findings are kept. */
  async confirm({ findings, runs, ids }: Addition): Promise<boolean> {
    try {
      // First come those who wait for the likely result.
      await setImmediate()
      const extended = await extendRuns(this.#cache, runs, ids)
      if (extended !== null) await this.#keep(findings, extended)
      return extended !== null
    } catch (error) {
      if (error instanceof CacheLost) return false
      throw error
    }
  }

  /** Looks at every file, or at what the cache knows of it. */
  async checkAll(): Promise<Findings> {
    const tally = new Tally(this.#files, this.#options.catalog, this.#publishedMonth)
    const ledger = new IdLedger(this.#cache)
    const doubtful = await this.#takeAll([...this.#files.keys()], tally, (ids) => ledger.add(ids))
    const { repeated, runs } = ledger.finish()
    if (repeated.size > 0) await this.#dropRepeated(repeated, doubtful, tally)
    return this.#keep(tally.findings(), runs)
  }

  /** Takes files as they are scanned, then those that have to be reviewed, which it returns. */
  async #takeAll(
    ids: readonly number[],
    tally: Tally,
    onIds: (ids: BigUint64Array<ArrayBuffer>) => void,
  ): Promise<ReadonlySet<number>> {
    const doubtful: number[] = []
    const total = this.#files.length
    let done = total - ids.length
    await this.#reader.readAll(ids, (id, outcome) => {
      if (outcome instanceof UnpackError) tally.rejectDamaged(id, outcome)
      else if (outcome === null || !tally.take(id, outcome)) doubtful.push(id)
      else onIds(outcome.ids)
      this.#options.onProgress?.(++done, total)
    })
    for (const id of doubtful.sort((a, b) => a - b)) onIds((await this.#reviewAndTake(id, NONE, tally)).ids)
    return new Set(doubtful)
  }

  async #reviewAndTake(id: number, owners: Owners, tally: Tally, before?: ScannedFile): Promise<ScannedFile> {
    const { review, scanned } = await this.#reader.review(id, owners, before?.ids)
    tally.addReview(id, review)
    if (!tally.take(id, scanned))
      throw new Error(`${this.#files[id]!.path}: accepted line by line, but not when scanned`)
    return scanned
  }

  /** Each sample counts once: in the file of the earliest month, the first by name among those. */
  async #dropRepeated(repeated: ReadonlySet<bigint>, doubtful: ReadonlySet<number>, tally: Tally): Promise<void> {
    const owners = new Map<bigint, number>()
    const affected = new Set<number>()
    for (const [hash, holders] of await this.#findHolders(repeated, doubtful)) {
      const owner = holders.reduce((a, b) => (this.#isBefore(b, a) ? b : a))
      owners.set(hash, owner)
      if (holders.filter((id) => id === owner).length > 1) affected.add(owner)
      for (const id of holders) if (id !== owner) affected.add(id)
    }
    for (const id of [...affected].sort((a, b) => a - b)) {
      const counted = await this.#readCounted(id, doubtful)
      tally.untake(id, counted)
      await this.#reviewAndTake(id, owners, tally, counted)
    }
  }

  /** The files that hold each of some ids, as often as they do. */
  async #findHolders(repeated: ReadonlySet<bigint>, doubtful: ReadonlySet<number>): Promise<Map<bigint, number[]>> {
    const holders = new Holders(repeated)
    await this.#reader.readAll(
      [...this.#files.keys()].filter((id) => !doubtful.has(id)),
      (id, outcome) => isScanned(outcome) && holders.add(id, outcome.ids),
    )
    for (const id of doubtful) holders.add(id, (await this.#reader.review(id, NONE)).scanned.ids)
    return holders.places
  }

  /** What was counted of a file. */
  async #readCounted(id: number, doubtful: ReadonlySet<number>): Promise<ScannedFile> {
    if (doubtful.has(id)) return (await this.#reader.review(id, NONE)).scanned
    const outcome = await this.#reader.read(id)
    if (!isScanned(outcome)) throw new Error(`${this.#files[id]!.path}: it changed while it was read`)
    return outcome
  }

  #isBefore(a: number, b: number): boolean {
    const [monthA, monthB] = [this.#files[a]!.month ?? '', this.#files[b]!.month ?? '']
    return monthA < monthB || (monthA === monthB && a < b)
  }

  /** Keeps findings for later builds. */
  async #keep(findings: Findings, runs: Run[] | null): Promise<Findings> {
    if (runs === null) return findings
    const files = this.#files.map(({ path }, id): [string, string] => [path, this.#reader.keys[id]!])
    this.#reader.useAll()
    await keepState(this.#cache, this.#context, { files, findings, runs })
    return findings
  }
}

function isScanned(outcome: ScanOutcome): outcome is ScannedFile {
  return outcome !== null && !(outcome instanceof UnpackError)
}
