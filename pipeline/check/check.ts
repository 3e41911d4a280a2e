import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { InputVerdicts, Problem } from '../../contracts/index.ts'
import type { DataFile } from '../read/discover.ts'
import { UnpackError, unpack } from '../read/unpack.ts'
import type { CatalogIndex, Resolved, Unknown } from './catalog_index.ts'
import { LINE_FORMS } from './line_form.ts'
import { findImplausibility } from './plausibility.ts'
import { reviewFile } from './review.ts'
import { createGroupTable, type Group, type ScanFile, type ScanResult, scanFiles } from './scan.ts'

/** A group whose names are all known and whose lines are all believed. */
export interface AcceptedGroup extends Group {
  file: DataFile
  known: Resolved
}

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
  accepted: AcceptedGroup[]
  rejections: { path: string; line: number; problem: Problem }[]
  quarantines: Quarantine[]
}

/** Told how far the check has come. */
export type OnProgress = (done: number, total: number) => void

/**
 * Checks every line of `files` and leaves the histograms of what was read in the table `measured_groups`.
 *
 * @param scratch a folder for unpacked and rewritten files
 */
export async function checkFiles(
  connection: DuckDBConnection,
  files: DataFile[],
  catalog: CatalogIndex,
  scratch: string,
  onProgress: OnProgress = () => {},
): Promise<CheckResult> {
  const check = new Check(connection, files, catalog, scratch)
  return check.run(onProgress)
}

/** Few enough that progress shows and memory stays bounded, many enough that DuckDB keeps its threads busy. */
const FILES_PER_SCAN = 64

class Check {
  readonly #connection: DuckDBConnection
  readonly #files: DataFile[]
  readonly #catalog: CatalogIndex
  readonly #scratch: string
  readonly #result: CheckResult = { verdicts: [], accepted: [], rejections: [], quarantines: [] }
  #nextGroup = 0

  constructor(connection: DuckDBConnection, files: DataFile[], catalog: CatalogIndex, scratch: string) {
    this.#connection = connection
    this.#files = files
    this.#catalog = catalog
    this.#scratch = scratch
    this.#result.verdicts = files.map(({ path, kind, owner }) => ({
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
    await createGroupTable(this.#connection)
    for (const kind of ['curated', 'community'] as const) {
      const ids = this.#files.flatMap((file, id) => (file.kind === kind ? [id] : []))
      for (let i = 0; i < ids.length; i += FILES_PER_SCAN) {
        await this.#checkBatch(kind, ids.slice(i, i + FILES_PER_SCAN))
        onProgress(this.#result.verdicts.filter(({ lines }) => lines > 0).length, this.#files.length)
      }
    }
    return this.#result
  }

  async #checkBatch(kind: 'curated' | 'community', ids: number[]): Promise<void> {
    const plain = (await Promise.all(ids.map((id) => this.#unpack(id)))).filter((file) => file !== null)
    const first = await this.#scan(kind, plain)
    const doubtful = new Set([...first.suspects, ...this.#implausibleFiles(first.groups)])
    this.#take(first.groups.filter(({ fileId }) => !doubtful.has(fileId)))
    const rewritten: ScanFile[] = []
    for (const file of plain.filter(({ id }) => doubtful.has(id))) rewritten.push(await this.#review(kind, file))
    const second = await this.#scan(kind, rewritten)
    if (second.suspects.size > 0)
      throw new Error(
        `${[...second.suspects].map((id) => this.#files[id]!.path)}: accepted line by line, but not when scanned`,
      )
    this.#take(second.groups)
  }

  async #scan(kind: 'curated' | 'community', files: ScanFile[]): Promise<ScanResult> {
    const result = await scanFiles(this.#connection, LINE_FORMS[kind], files, this.#nextGroup)
    this.#nextGroup = result.nextGroup
    return result
  }

  async #unpack(id: number): Promise<ScanFile | null> {
    const file = this.#files[id]!
    try {
      const path = await unpack(file, this.#scratch, id)
      return { id, path, bytes: (await stat(path)).size }
    } catch (error) {
      if (!(error instanceof UnpackError)) throw error
      const problem = {
        column: 1,
        path: '$',
        expected: `a whole ${file.compression} file`,
        found: error.message,
        fix: 'compress the file again',
      }
      this.#result.rejections.push({ path: file.path, line: 1, problem })
      const verdict = this.#result.verdicts[id]!
      verdict.lines = verdict.rejected = 1
      return null
    }
  }

  async #review(kind: 'curated' | 'community', { id, path }: ScanFile): Promise<ScanFile> {
    const file = this.#files[id]!
    const target = join(this.#scratch, `reviewed-${id}.jsonl`)
    const review = await reviewFile(path, LINE_FORMS[kind].contract, file.month, this.#catalog, target)
    const verdict = this.#result.verdicts[id]!
    verdict.lines = review.lines - review.accepted
    verdict.rejected = review.rejectedLines
    verdict.quarantined = review.quarantined.length
    for (const rejection of review.rejections) this.#result.rejections.push({ path: file.path, ...rejection })
    for (const { line, reason } of review.quarantined)
      this.#result.quarantines.push({ path: file.path, line, lines: 1, reason, unknown: null })
    return { id, path: target, bytes: (await stat(target)).size }
  }

  /** Files with a group whose extremes cannot be believed: some of its lines may be. */
  #implausibleFiles(groups: Group[]): number[] {
    return groups.filter((group) => this.#isImplausible(group)).map(({ fileId }) => fileId)
  }

  #isImplausible(group: Group): boolean {
    const resolution = this.#catalog.resolve(group.representative)
    if ('unknown' in resolution) return false
    const { representative } = group
    const claim = {
      vram_total_mb: representative.vram_total_mb,
      vram_used_mb: group.vramUsedMbMax,
      decode_tps: group.decodeTpsMax,
      measurement_type: representative.measurement_type ?? 'batched_online',
      speculative: representative.speculative ?? false,
      gpu_count: representative.gpu_count ?? 1,
      first_day: group.firstDay,
      last_day: group.lastDay,
      month: this.#files[group.fileId]!.month,
    }
    return findImplausibility(claim, resolution.known) !== null
  }

  #take(groups: Group[]): void {
    for (const group of groups) {
      const file = this.#files[group.fileId]!
      const verdict = this.#result.verdicts[group.fileId]!
      const resolution = this.#catalog.resolve(group.representative)
      verdict.lines += group.lines
      if ('known' in resolution) {
        verdict.accepted += group.lines
        this.#result.accepted.push({ ...group, file, known: resolution.known })
      } else {
        verdict.quarantined += group.lines
        const [unknown] = resolution.unknown
        this.#result.quarantines.push({
          path: file.path,
          line: null,
          lines: group.lines,
          reason: `unknown_${unknown!.what}`,
          unknown: unknown!,
        })
      }
    }
  }
}
