import { claimOfLine, findImplausibility } from '../../contracts/plausibility.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'
import { type Partition, StrataCollector } from '../strata/strata_collector.ts'
import { FileFindings, type Findings } from './file_findings.ts'

/** What was found in files of samples. */
export interface Counted {
  findings: Findings[]
  /** What was accepted, counted, in parts that have nothing to do with each other. */
  partitions: Partition[]
}

/** Adds up what scans and reviews find in files of samples. */
export class Tally {
  readonly #catalog: CatalogIndex
  readonly #former: ReadonlyMap<string, Findings>
  readonly #strata: StrataCollector
  readonly #findings = new Map<DataFile, FileFindings>()

  /** @param former result of a check of other files, which is added to */
  constructor(catalog: CatalogIndex, former: Counted = { findings: [], partitions: [] }) {
    this.#catalog = catalog
    this.#former = new Map(former.findings.map((findings) => [findings.verdicts.path, findings]))
    this.#strata = new StrataCollector(former.partitions)
  }

  /** What was found in a file so far, to be added to. */
  in(file: DataFile): FileFindings {
    const findings = this.#findings.get(file) ?? new FileFindings(file)
    this.#findings.set(file, findings)
    return findings
  }

  /** Whether every group of a file can be accepted or quarantined as a whole. */
  fits(file: DataFile, groups: readonly ScannedGroup[]): boolean {
    return !groups.some((group) => this.#isImplausible(file, group))
  }

  /** @param sign -1 to take back what was added before */
  add(file: DataFile, groups: readonly ScannedGroup[], sign: 1 | -1 = 1): void {
    // A file that lies nowhere in particular counts for the month of no release.
    const origin = { contributor: file.owner, month: file.month ?? 'unknown' }
    for (const group of groups) {
      const resolution = this.#catalog.resolve(group.fixed, file.month)
      if ('known' in resolution) {
        this.in(file).accept(sign * group.lines)
        this.#strata.add(origin, group, resolution.known, sign)
      } else this.in(file).quarantineName(resolution.unknown[0]!, sign * group.lines)
    }
  }

  /** What was found in all files, and the keys of the partitions that are not as they were. */
  result(files: readonly DataFile[]): Counted & { changed: ReadonlySet<string> } {
    const findings = files.map((file) => this.#former.get(file.path) ?? this.in(file).result())
    return { findings, partitions: this.#strata.partitions(), changed: this.#strata.changed }
  }

  /** By its extremes, which are those of some of its lines. */
  #isImplausible({ month }: DataFile, { fixed, ...group }: ScannedGroup): boolean {
    const resolution = this.#catalog.resolve(fixed, month)
    if ('unknown' in resolution) return false
    const { first_day, last_day, decode_tps_max, vram_used_mb_max } = group
    const line = { ...fixed, vram_used_mb_peak: vram_used_mb_max, tokens_out: null, decode_time_ms: null }
    const claim = { ...claimOfLine(line, month), decode_tps: decode_tps_max, first_day, last_day }
    return findImplausibility(claim, resolution.known) !== null
  }
}
