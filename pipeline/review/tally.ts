import { claimOfLine, findImplausibility } from '../../contracts/plausibility.ts'
import type { CatalogIndex } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'
import { type Partition, StrataCollector } from '../strata/strata_collector.ts'
import { FileFindings, type Findings } from './file_findings.ts'

type Resolution = ReturnType<CatalogIndex['resolve']>

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

  /**
   * Adds what a scan found in a file. False if a group can be neither accepted nor quarantined as a whole: then nothing is added, and the file is to
   * be reviewed.
   */
  addScanned(file: DataFile, groups: readonly ScannedGroup[]): boolean {
    const resolved = groups.map((group) => ({ group, resolution: this.#catalog.resolve(group.fixed, file.month) }))
    if (resolved.some(({ group, resolution }) => isImplausible(file, group, resolution))) return false
    for (const { group, resolution } of resolved) this.#add(file, group, resolution, 1)
    return true
  }

  /** @param sign -1 to take back what was added before */
  add(file: DataFile, groups: readonly ScannedGroup[], sign: 1 | -1 = 1): void {
    for (const group of groups) this.#add(file, group, this.#catalog.resolve(group.fixed, file.month), sign)
  }

  #add(file: DataFile, group: ScannedGroup, resolution: Resolution, sign: 1 | -1): void {
    const lines = sign * group.lines
    // A file that lies nowhere in particular counts for the month of no release.
    const origin = { contributor: file.owner, month: file.month ?? 'unknown' }
    if ('known' in resolution) {
      this.in(file).accept(lines)
      this.#strata.add(origin, group, resolution.known, sign)
    } else this.in(file).quarantineName(resolution.unknown[0]!, lines)
  }

  /** What was found in all files, and the keys of the partitions that are not as they were. */
  result(files: readonly DataFile[]): Counted & { changed: ReadonlySet<string> } {
    const findings = files.map((file) => this.#former.get(file.path) ?? this.in(file).result())
    return { findings, partitions: this.#strata.partitions(), changed: this.#strata.changed }
  }
}

/** By its extremes, which are those of some of its lines. */
function isImplausible({ month }: DataFile, { fixed, ...group }: ScannedGroup, resolution: Resolution): boolean {
  if ('unknown' in resolution) return false
  const { first_day, last_day, decode_tps_max, vram_used_mb_max } = group
  const line = { ...fixed, vram_used_mb_peak: vram_used_mb_max, tokens_out: null, decode_time_ms: null }
  const claim = { ...claimOfLine(line, month), decode_tps: decode_tps_max, first_day, last_day }
  return findImplausibility(claim, resolution.known) !== null
}
