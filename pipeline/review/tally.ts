import { findImplausibility } from '../../contracts/plausibility.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import type { UnpackError } from '../read/unpack.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'
import { type Origin, StrataCollector } from '../strata/strata_collector.ts'
import type { CheckResult, FileVerdicts } from './check_result.ts'
import { damagedFile } from './file_problems.ts'
import type { Review } from './review_file.ts'

/** What was counted of a file. */
interface Counted {
  groups: ScannedGroup[]
}

const NOTHING: CheckResult = { verdicts: [], rejections: [], quarantines: [], partitions: [] }

/** Adds up what scans and reviews found of files of samples, which are named by their numbers in a list. */
export class Tally {
  readonly #files: readonly DataFile[]
  readonly #catalog: CatalogIndex
  readonly #strata: StrataCollector
  readonly #verdicts: FileVerdicts[]
  #rejections: CheckResult['rejections']
  #quarantines: CheckResult['quarantines']

  /** @param former result of a check of some of the files, which is added to */
  constructor(files: readonly DataFile[], catalog: CatalogIndex, former = NOTHING) {
    this.#files = files
    this.#catalog = catalog
    this.#strata = new StrataCollector(former.partitions)
    const known = new Map(former.verdicts.map((verdict) => [verdict.path, verdict]))
    this.#verdicts = files.map((file) => known.get(file.path) ?? noVerdicts(file))
    this.#rejections = [...former.rejections]
    this.#quarantines = [...former.quarantines]
  }

  /** Everything in the order of files and lines, whichever was looked at first. */
  result(): CheckResult {
    const places = new Map(this.#files.map(({ path }, place) => [path, place]))
    const inOrder = <T extends { path: string; line: number | null }>(entries: T[]) =>
      entries.toSorted((a, b) => places.get(a.path)! - places.get(b.path)! || (a.line ?? 0) - (b.line ?? 0))
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
  add(id: number, { groups }: Counted): boolean {
    if (groups.some((group) => this.#isImplausible(id, group))) return false
    for (const group of groups) this.#count(id, group)
    return true
  }

  /** Takes a file out of everything that was found, given what was counted of it. */
  subtract(id: number, { groups }: Counted): void {
    const file = this.#files[id]!
    for (const group of groups) {
      const resolution = this.#catalog.resolve(group.fixed)
      if ('known' in resolution) this.#strata.add(originOf(file), group, resolution.known, -1)
    }
    this.#verdicts[id] = noVerdicts(file)
    this.#rejections = this.#rejections.filter(({ path }) => path !== file.path)
    this.#quarantines = this.#quarantines.filter(({ path }) => path !== file.path)
  }

  /** Adds what a review kept out of a file. What it accepted is added like a scan. */
  addReview(id: number, { rejections, rejectedLines, quarantined }: Review): void {
    const { path } = this.#files[id]!
    const verdict = this.#verdicts[id]!
    const quarantinedLines = quarantined.reduce((sum, { lines }) => sum + lines, 0)
    verdict.lines += rejectedLines + quarantinedLines
    verdict.rejected += rejectedLines
    verdict.quarantined += quarantinedLines
    for (const rejection of rejections) this.#rejections.push({ path, ...rejection })
    for (const entry of quarantined) this.#quarantines.push({ path, ...entry, unknown: null })
  }

  #isImplausible(id: number, { fixed, ...group }: ScannedGroup): boolean {
    const resolution = this.#catalog.resolve(fixed)
    if ('unknown' in resolution) return false
    const claim = {
      vram_total_mb: fixed.vram_total_mb,
      vram_used_mb: group.vram_used_mb_max,
      decode_tps: group.decode_tps_max,
      measurement_type: fixed.measurement_type ?? 'batched_online',
      speculative: fixed.speculative ?? false,
      gpu_count: fixed.gpu_count ?? 1,
      first_day: group.first_day,
      last_day: group.last_day,
      month: this.#files[id]!.month,
    }
    return findImplausibility(claim, resolution.known) !== null
  }

  #count(id: number, group: ScannedGroup): void {
    const file = this.#files[id]!
    const verdict = this.#verdicts[id]!
    const resolution = this.#catalog.resolve(group.fixed)
    const { lines } = group
    verdict.lines += lines
    if ('known' in resolution) {
      verdict.accepted += lines
      this.#strata.add(originOf(file), group, resolution.known)
      return
    }
    verdict.quarantined += lines
    const unknown = resolution.unknown[0]!
    const entry = { path: file.path, line: null, last_line: null, lines, reason: `unknown_${unknown.what}`, unknown }
    this.#quarantines.push({ ...entry, counts_in: null })
  }
}

/** A file that lies nowhere in particular counts for the month of no release. */
function originOf({ owner, month }: DataFile): Origin {
  return { contributor: owner, month: month ?? 'unknown' }
}

function noVerdicts({ path, kind, owner }: DataFile): FileVerdicts {
  return { path, kind, contributor: owner, lines: 0, accepted: 0, rejected: 0, quarantined: 0 }
}
