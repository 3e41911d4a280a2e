import { findImplausibility } from '../../contracts/plausibility.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import type { UnpackError } from '../read/unpack.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'
import { LINE_FORMS } from '../scan/line_form.ts'
import type { ScannedFile } from '../scan/scanner.ts'
import type { Partition } from '../strata/partition.ts'
import { StrataCollector } from '../strata/strata_collector.ts'
import type { CheckResult, FileVerdicts, Quarantine } from './check_result.ts'
import { damagedFile } from './file_problems.ts'
import { GroupJudge, type Representative } from './representative.ts'
import type { Review } from './review.ts'

/** What is found of files: verdicts, and strata of what was accepted. */
export interface Findings {
  verdicts: FileVerdicts[]
  rejections: CheckResult['rejections']
  quarantines: Quarantine[]
  partitions: Partition[]
}

/** Adds up what scans and reviews found, file by file. */
export class Tally {
  readonly #files: readonly DataFile[]
  readonly #catalog: CatalogIndex
  readonly #strata: StrataCollector
  readonly #judges = { community: new GroupJudge(LINE_FORMS.community), curated: new GroupJudge(LINE_FORMS.curated) }
  readonly #verdicts: FileVerdicts[]
  #rejections: Findings['rejections']
  #quarantines: Quarantine[]

  /** @param former findings on some of the files, which are added to */
  constructor(
    files: readonly DataFile[],
    catalog: CatalogIndex,
    publishedMonth: Map<string, string>,
    former: Findings = { verdicts: [], rejections: [], quarantines: [], partitions: [] },
  ) {
    this.#files = files
    this.#catalog = catalog
    this.#strata = new StrataCollector(publishedMonth, former.partitions)
    const known = new Map(former.verdicts.map((verdict) => [verdict.path, verdict]))
    this.#verdicts = files.map((file) => known.get(file.path) ?? noVerdicts(file))
    this.#rejections = former.rejections
    this.#quarantines = former.quarantines
  }

  /** Everything in the order of files and lines, whichever was looked at first. */
  findings(): Findings {
    const places = new Map(this.#files.map(({ path }, place) => [path, place]))
    const inOrder = <T extends { path: string; line: number | null }>(findings: T[]) =>
      findings.toSorted((a, b) => places.get(a.path)! - places.get(b.path)! || (a.line ?? 0) - (b.line ?? 0))
    return {
      verdicts: this.#verdicts,
      rejections: inOrder(this.#rejections),
      quarantines: inOrder(this.#quarantines),
      partitions: this.#strata.partitions(),
    }
  }

  rejectDamaged(id: number, error: UnpackError): void {
    const file = this.#files[id]!
    this.#rejections.push({ path: file.path, line: 1, problem: damagedFile(file, error) })
    this.#verdicts[id]!.lines = this.#verdicts[id]!.rejected = 1
  }

  /** Counts the groups of a file if every one of them can be accepted or quarantined as a whole; otherwise returns false. */
  take(id: number, { groups }: ScannedFile): boolean {
    const judge = this.#judges[this.#files[id]!.kind]
    const judged = groups.map((group) => ({ group, representative: judge.judge(group.texts) }))
    if (
      judged.some(
        ({ group, representative }) => representative === null || this.#isImplausible(id, group, representative),
      )
    )
      return false
    for (const { group, representative } of judged) this.#count(id, group, representative!)
    return true
  }

  /** Forgets a file, of which `groups` were counted. */
  untake(id: number, { groups }: ScannedFile): void {
    const file = this.#files[id]!
    for (const group of groups) {
      const representative = this.#judges[file.kind].judge(group.texts)!
      const resolution = this.#catalog.resolve(representative)
      if ('known' in resolution) this.#strata.add(file, group, representative, resolution.known, -1)
    }
    this.#verdicts[id] = noVerdicts(file)
    this.#rejections = this.#rejections.filter(({ path }) => path !== file.path)
    this.#quarantines = this.#quarantines.filter(({ path }) => path !== file.path)
  }

  /** Counts what a review kept out of a file. What it accepted is taken like a scan. */
  addReview(id: number, review: Review): void {
    const { path } = this.#files[id]!
    const verdict = this.#verdicts[id]!
    verdict.lines += review.lines - review.accepted
    verdict.rejected += review.rejectedLines
    verdict.quarantined += review.quarantined.length
    for (const rejection of review.rejections) this.#rejections.push({ path, ...rejection })
    for (const { line, reason, counts_in } of review.quarantined)
      this.#quarantines.push({ path, line, lines: 1, reason, unknown: null, counts_in })
  }

  #isImplausible(id: number, group: ScannedGroup, representative: Representative): boolean {
    const resolution = this.#catalog.resolve(representative)
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

  #count(id: number, group: ScannedGroup, representative: Representative): void {
    const file = this.#files[id]!
    const verdict = this.#verdicts[id]!
    const resolution = this.#catalog.resolve(representative)
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
        counts_in: null,
      })
    }
  }
}

function noVerdicts({ path, kind, owner }: DataFile): FileVerdicts {
  return { path, kind, contributor: owner, lines: 0, accepted: 0, rejected: 0, quarantined: 0 }
}
