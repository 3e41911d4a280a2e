import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { InputVerdicts, Problem } from '../../contracts/index.ts'
import type { DataFile } from '../read/discover.ts'
import { UnpackError, unpack } from '../read/unpack.ts'
import type { CatalogIndex, Unknown } from './catalog_index.ts'
import type { ScannedGroup } from './group_counter.ts'
import { LINE_FORMS } from './line_form.ts'
import { findImplausibility } from './plausibility.ts'
import { GroupJudge, type Representative } from './representative.ts'
import { reviewFile } from './review.ts'
import { scanAll } from './scan_pool.ts'
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

export interface CheckResult {
  verdicts: InputVerdicts[]
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

/** A file as the scan reads it: plain JSONL at `path`, known to the check as number `id`. */
interface PlainFile {
  id: number
  path: string
  bytes: number
  kind: DataFile['kind']
}

function scannable({ path, bytes, kind }: PlainFile) {
  return { path, bytes, form: LINE_FORMS[kind] }
}

class Check {
  readonly #files: DataFile[]
  readonly #options: CheckOptions
  readonly #strata: StrataCollector
  readonly #judges = { community: new GroupJudge(LINE_FORMS.community), curated: new GroupJudge(LINE_FORMS.curated) }
  readonly #verdicts: InputVerdicts[]
  readonly #rejections: CheckResult['rejections'] = []
  readonly #quarantines: Quarantine[] = []

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
    const plain: PlainFile[] = []
    for (const id of this.#files.keys()) plain.push(...(await this.#unpack(id)))
    const doubtful: PlainFile[] = []
    let done = this.#files.length - plain.length
    await scanAll(plain.map(scannable), (index, groups) => {
      if (!this.#take(plain[index]!, groups)) doubtful.push(plain[index]!)
      onProgress(++done, this.#files.length)
    })
    for (const file of doubtful.sort((a, b) => a.id - b.id)) await this.#reviewAndTake(file)
    return {
      verdicts: this.#verdicts,
      strata: this.#strata.strata(),
      rejections: this.#rejections,
      quarantines: this.#quarantines,
    }
  }

  async #unpack(id: number): Promise<PlainFile[]> {
    const file = this.#files[id]!
    try {
      const path = await unpack(file, this.#options.scratch, id)
      return [{ id, path, bytes: (await stat(path)).size, kind: file.kind }]
    } catch (error) {
      if (!(error instanceof UnpackError)) throw error
      const problem = {
        column: 1,
        path: '$',
        expected: `a whole ${file.compression} file`,
        found: error.message,
        fix: 'compress the file again',
      }
      this.#rejections.push({ path: file.path, line: 1, problem })
      this.#verdicts[id]!.lines = this.#verdicts[id]!.rejected = 1
      return []
    }
  }

  /** Counts the groups of a file if every one of them can be accepted or quarantined as a whole; otherwise returns false. */
  #take(file: PlainFile, groups: ScannedGroup[] | null): boolean {
    if (groups === null) return false
    const judged = groups.map((group) => ({ group, representative: this.#judges[file.kind].judge(group.texts) }))
    if (
      judged.some(
        ({ group, representative }) => representative === null || this.#isImplausible(file, group, representative),
      )
    )
      return false
    for (const { group, representative } of judged) this.#count(file, group, representative!)
    return true
  }

  #isImplausible(file: PlainFile, group: ScannedGroup, representative: Representative): boolean {
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
      month: this.#files[file.id]!.month,
    }
    return findImplausibility(claim, resolution.known) !== null
  }

  async #reviewAndTake({ id, path, kind }: PlainFile): Promise<void> {
    const file = this.#files[id]!
    const target = join(this.#options.scratch, `reviewed-${id}.jsonl`)
    const review = await reviewFile(path, LINE_FORMS[kind].contract, file.month, this.#options.catalog, target)
    const verdict = this.#verdicts[id]!
    verdict.lines = review.lines - review.accepted
    verdict.rejected = review.rejectedLines
    verdict.quarantined = review.quarantined.length
    for (const rejection of review.rejections) this.#rejections.push({ path: file.path, ...rejection })
    for (const { line, reason } of review.quarantined)
      this.#quarantines.push({ path: file.path, line, lines: 1, reason, unknown: null })
    const rewritten = { id, path: target, bytes: (await stat(target)).size, kind }
    await scanAll([scannable(rewritten)], (_, groups) => {
      if (!this.#take(rewritten, groups)) throw new Error(`${file.path}: accepted line by line, but not when scanned`)
    })
  }

  #count({ id }: PlainFile, group: ScannedGroup, representative: Representative): void {
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
