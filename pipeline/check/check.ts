import { join } from 'node:path'
import type { InputVerdicts, Problem } from '../../contracts/index.ts'
import type { DataFile } from '../read/discover.ts'
import { UnpackError, unpack } from '../read/unpack.ts'
import type { CatalogIndex, Unknown } from './catalog_index.ts'
import type { ScannedGroup } from './group_counter.ts'
import { LINE_FORMS } from './line_form.ts'
import { findImplausibility } from './plausibility.ts'
import { RepeatedIds } from './repeated_ids.ts'
import { GroupJudge, type Representative } from './representative.ts'
import { reviewFile } from './review.ts'
import type { ScanRequest } from './scan_file.ts'
import { hashId, scanAll } from './scan_pool.ts'
import type { ScannedFile } from './scanner.ts'
import { StrataCollector, type Stratum } from './strata.ts'

/** Lines kept out of the published tables though they fit the contract. */
export interface Quarantine {
  path: string
  /** Line number, or null where the reason holds for all `lines` of a set-up. */
  line: number | null
  lines: number
  reason: string
  unknown: Unknown | null
}

/** The lines of a file by verdict. */
export type FileVerdicts = Omit<InputVerdicts, 'reasons'>

export interface CheckResult {
  verdicts: FileVerdicts[]
  /** What was accepted, counted. */
  strata: Stratum[]
  rejections: { path: string; line: number; problem: Problem }[]
  quarantines: Quarantine[]
}

/** Told how far the check has come. */
export type OnProgress = (done: number, total: number) => void

interface CheckOptions {
  catalog: CatalogIndex
  /** A folder for unpacked and rewritten files. */
  scratch: string
  /** Month of publication by source id, for curated rows without a day. */
  publishedMonth?: Map<string, string>
  onProgress?: OnProgress
}

/** Checks and counts every line of `files`. */
export async function checkFiles(files: DataFile[], options: CheckOptions): Promise<CheckResult> {
  return new Check(files, options).run(options.onProgress ?? (() => {}))
}

const NONE: ReadonlyMap<bigint, number> = new Map()

function scannable({ absolutePath, compression, bytes, kind }: DataFile): ScanRequest & { bytes: number } {
  return { absolutePath, compression, bytes, form: LINE_FORMS[kind] }
}

/** A plain file in the place of another. */
function plainRequest(absolutePath: string, { kind }: DataFile): ScanRequest & { bytes: number } {
  return { absolutePath, compression: 'none', bytes: 0, form: LINE_FORMS[kind] }
}

class Check {
  readonly #files: DataFile[]
  readonly #options: CheckOptions
  readonly #strata: StrataCollector
  readonly #judges = { community: new GroupJudge(LINE_FORMS.community), curated: new GroupJudge(LINE_FORMS.curated) }
  readonly #verdicts: FileVerdicts[]
  readonly #ids = new RepeatedIds()
  /** Where the reviewed form of a file lies, by number of the file. */
  readonly #reviewed = new Map<number, string>()
  #rejections: CheckResult['rejections'] = []
  #quarantines: Quarantine[] = []

  constructor(files: DataFile[], options: CheckOptions) {
    this.#files = files
    this.#options = options
    this.#strata = new StrataCollector(options.publishedMonth ?? new Map())
    this.#verdicts = files.map(({ path, kind, owner }) => ({
      path,
      kind,
      contributor: owner,
      lines: 0,
      accepted: 0,
      rejected: 0,
      quarantined: 0,
    }))
  }

  async run(onProgress: OnProgress): Promise<CheckResult> {
    const doubtful: number[] = []
    let done = 0
    await scanAll(this.#files.map(scannable), (id, scanned) => {
      if (scanned instanceof UnpackError) this.#rejectDamaged(id, scanned)
      else if (scanned === null || !this.#take(id, scanned)) doubtful.push(id)
      onProgress(++done, this.#files.length)
    })
    for (const id of doubtful.sort((a, b) => a - b)) await this.#reviewAndTake(id, NONE)
    await this.#dropRepeated()
    return {
      verdicts: this.#verdicts,
      strata: this.#strata.strata(),
      rejections: this.#inOrder(this.#rejections),
      quarantines: this.#inOrder(this.#quarantines),
    }
  }

  /** By file and line, whichever was looked at first. */
  #inOrder<T extends { path: string; line: number | null }>(findings: T[]): T[] {
    const places = new Map(this.#files.map(({ path }, place) => [path, place]))
    return findings.toSorted((a, b) => places.get(a.path)! - places.get(b.path)! || (a.line ?? 0) - (b.line ?? 0))
  }

  #rejectDamaged(id: number, error: UnpackError): void {
    const file = this.#files[id]!
    const problem = {
      column: 1,
      path: '$',
      expected: `a whole ${file.compression} file`,
      found: error.message,
      fix: 'compress the file again',
    }
    this.#rejections.push({ path: file.path, line: 1, problem })
    this.#verdicts[id]!.lines = this.#verdicts[id]!.rejected = 1
  }

  /** Counts the groups of a file if every one of them can be accepted or quarantined as a whole; otherwise returns false. */
  #take(id: number, { groups, ids }: ScannedFile): boolean {
    const judge = this.#judges[this.#files[id]!.kind]
    const judged = groups.map((group) => ({ group, representative: judge.judge(group.texts) }))
    if (
      judged.some(
        ({ group, representative }) => representative === null || this.#isImplausible(id, group, representative),
      )
    )
      return false
    for (const { group, representative } of judged) this.#count(id, group, representative!)
    this.#ids.set(id, ids)
    return true
  }

  /** Each sample counts once: in the file of the earliest month, the first by name among those. */
  async #dropRepeated(): Promise<void> {
    const owners = new Map<bigint, number>()
    const affected = new Set<number>()
    for (const [hash, holders] of this.#ids.find()) {
      const owner = holders.reduce((a, b) => (this.#isBefore(b, a) ? b : a))
      owners.set(hash, owner)
      if (holders.filter((id) => id === owner).length > 1) affected.add(owner)
      for (const id of holders) if (id !== owner) affected.add(id)
    }
    for (const id of [...affected].sort((a, b) => a - b)) {
      await this.#untake(id)
      await this.#reviewAndTake(id, owners)
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [monthA, monthB] = [this.#files[a]!.month ?? '', this.#files[b]!.month ?? '']
    return monthA < monthB || (monthA === monthB && a < b)
  }

  #isImplausible(id: number, group: ScannedGroup, representative: Representative): boolean {
    const resolution = this.#options.catalog.resolve(representative)
    if ('unknown' in resolution) return false
    const claim = {
      vram_total_mb: representative.vram_total_mb,
      vram_used_mb: group.vram_used_mb_max,
      decode_tps: group.decode_tps_max,
      measurement_type: representative.measurement_type ?? 'batched_online',
      speculative: representative.speculative ?? false,
      gpu_count: representative.gpu_count ?? 1,
      first_day: group.first_day,
      last_day: group.last_day,
      month: this.#files[id]!.month,
    }
    return findImplausibility(claim, resolution.known) !== null
  }

  /** Forgets what was counted of a file. Where it was reviewed, that was its reviewed form. */
  async #untake(id: number): Promise<void> {
    const file = this.#files[id]!
    const reviewed = this.#reviewed.get(id)
    const request = reviewed === undefined ? scannable(file) : plainRequest(reviewed, file)
    await scanAll([request], (_, scanned) => {
      if (scanned === null || scanned instanceof UnpackError)
        throw new Error(`${file.path}: it changed while it was read`)
      for (const group of scanned.groups) {
        const representative = this.#judges[file.kind].judge(group.texts)!
        const resolution = this.#options.catalog.resolve(representative)
        if ('known' in resolution) this.#strata.add(file, group, representative, resolution.known, -1)
      }
    })
    Object.assign(this.#verdicts[id]!, { lines: 0, accepted: 0, rejected: 0, quarantined: 0 })
    this.#rejections = this.#rejections.filter(({ path }) => path !== file.path)
    this.#quarantines = this.#quarantines.filter(({ path }) => path !== file.path)
  }

  /** @param owners by hash of an id that comes more than once, the file that it counts in */
  async #reviewAndTake(id: number, owners: ReadonlyMap<bigint, number>): Promise<void> {
    const file = this.#files[id]!
    const path = await unpack(file, join(this.#options.scratch, `unpacked-${id}.jsonl`))
    const target = join(this.#options.scratch, `reviewed-${id}.jsonl`)
    const review = await reviewFile(path, {
      contract: LINE_FORMS[file.kind].contract,
      month: file.month,
      catalog: this.#options.catalog,
      target,
      isRepeated: this.#repetitionsIn(id, owners),
    })
    const verdict = this.#verdicts[id]!
    verdict.lines = review.lines - review.accepted
    verdict.rejected = review.rejectedLines
    verdict.quarantined = review.quarantined.length
    for (const rejection of review.rejections) this.#rejections.push({ path: file.path, ...rejection })
    for (const { line, reason } of review.quarantined)
      this.#quarantines.push({ path: file.path, line, lines: 1, reason, unknown: null })
    this.#reviewed.set(id, target)
    await scanAll([plainRequest(target, file)], (_, scanned) => {
      if (scanned === null || scanned instanceof UnpackError || !this.#take(id, scanned))
        throw new Error(`${file.path}: accepted line by line, but not when scanned`)
    })
  }

  /** Tells whether a sample of a file counts elsewhere, or did earlier in it. Asked line by line. */
  #repetitionsIn(id: number, owners: ReadonlyMap<bigint, number>): (jobId: string) => boolean {
    const seen = new Set<string>()
    return (jobId) => {
      const owner = owners.size === 0 ? undefined : owners.get(hashId(jobId))
      if (owner === undefined) return false
      if (owner !== id || seen.has(jobId)) return true
      seen.add(jobId)
      return false
    }
  }

  #count(id: number, group: ScannedGroup, representative: Representative): void {
    const file = this.#files[id]!
    const verdict = this.#verdicts[id]!
    const resolution = this.#options.catalog.resolve(representative)
    verdict.lines += group.lines
    if ('known' in resolution) {
      verdict.accepted += group.lines
      this.#strata.add(file, group, representative, resolution.known)
    } else {
      verdict.quarantined += group.lines
      const [unknown] = resolution.unknown
      this.#quarantines.push({
        path: file.path,
        line: null,
        lines: group.lines,
        reason: `unknown_${unknown!.what}`,
        unknown: unknown!,
      })
    }
  }
}
