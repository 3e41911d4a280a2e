import { createHash } from 'node:crypto'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { BinRow, Thresholds, WithdrawnCell } from '../../contracts/index.ts'
import type { CacheFolder } from '../cache/cache_folder.ts'
import { asBytes } from '../check/partial.ts'
import type { PackedStratum, StrataFamily } from '../check/strata_family.ts'
import type { Aggregates } from './aggregates.ts'
import { computeRows, type Placement, placeStrata } from './compute_rows.ts'
import { judgeRegressions } from './judge_regressions.ts'
import { packRow, type RowResult, unpackRow } from './row_results.ts'

/** The bins of one model, put together when they are needed. */
export interface ModelBins {
  model_slug: string
  /** A hash of all that the bins follow from; null where that was not computed. */
  fingerprint: string | null
  rows: () => BinRow[]
}

export interface FamilyAggregates extends Omit<Aggregates, 'bins'> {
  bins: ModelBins[]
}

export interface AggregateOptions {
  policy: Thresholds
  /** Community cells that are not published again. */
  withdrawn: readonly WithdrawnCell[]
  /** Where former results are. */
  cache?: CacheFolder | undefined
}

/** Connections to one database. */
export interface Connections {
  connection: DuckDBConnection
  /** A second one, for what can be computed beside. */
  beside?: DuckDBConnection | undefined
}

/** Community strata of a family that wait for more contributors. */
interface Waiting {
  cells: number
  lines: number
  contributors: string[]
}

/** What became of a family. */
interface FamilyResult {
  rows: RowResult[]
  waiting: Waiting
}

/** Aggregates families of strata, computing only the matrix rows that the cache does not know. The database may still be opening. */
export async function aggregateFamilies(
  opening: Promise<Connections>,
  families: readonly StrataFamily[],
  options: AggregateOptions,
): Promise<FamilyAggregates> {
  const memory = new ResultMemory(options)
  const results = new Map(families.map((family) => [family, memory.recall(family)]))
  const changed = families.filter((family) => results.get(family) === null)
  const connections = await opening
  const computed = changed.length === 0 ? [] : await computeFamilies(connections, changed, options, memory)
  const all = [...families.map((family) => results.get(family)!).filter((result) => result !== null), ...computed]
  const rows = all.flatMap((result) => result.rows)
  rows.sort((a, b) => (a.matrix.matrix_id < b.matrix.matrix_id ? -1 : 1))
  return {
    matrix: rows.map(({ matrix }) => matrix),
    cells: rows.flatMap(({ cells }) => cells).sort((a, b) => (a.cell_id < b.cell_id ? -1 : 1)),
    bins: groupBins(rows),
    regressions: await judgeRegressions(
      connections.connection,
      rows.flatMap(({ tests }) => tests),
    ),
    collecting: countCollecting(
      all.map(({ waiting }) => waiting),
      options.policy.k,
    ),
  }
}

async function computeFamilies(
  { connection, beside }: Connections,
  families: readonly StrataFamily[],
  { policy, withdrawn }: AggregateOptions,
  memory: ResultMemory,
): Promise<FamilyResult[]> {
  const strata = families.flatMap((family) => family.packed())
  const placements = await placeStrata(connection, strata, policy, withdrawn)
  const fingerprints = memory.fingerprintRows(strata, placements)
  const known = new Map([...fingerprints].map(([id, fingerprint]) => [id, memory.recallRow(fingerprint)]))
  const missing = new Map([...fingerprints].filter(([id]) => known.get(id) === null))
  const computed = await computeRows(connection, strata, placements, missing, policy, beside)
  for (const row of computed) {
    known.set(row.matrix.matrix_id, row)
    await memory.keepRow(row)
  }
  const results = splitByFamily(families, strata, placements, known)
  for (const [i, family] of families.entries()) await memory.keep(family, results[i]!)
  return results
}

/** Matrix rows lie within a family, and so do the strata that wait. */
function splitByFamily(
  families: readonly StrataFamily[],
  strata: readonly PackedStratum[],
  placements: readonly Placement[],
  rows: ReadonlyMap<string, RowResult | null>,
): FamilyResult[] {
  const familyOf = families.flatMap((family, i) => family.packed().map(() => i))
  const byFamily = Map.groupBy(placements, ({ stratum_id }) => familyOf[stratum_id]!)
  return families.map((_, i) => {
    const own = byFamily.get(i) ?? []
    const ids = new Set(own.filter(({ fits }) => fits).map(({ matrix_id }) => matrix_id))
    const waiting = own.filter(({ fits, gone }) => !fits && !gone)
    const names = new Set(waiting.map(({ stratum_id }) => strata[stratum_id]!.contributor))
    return {
      rows: [...ids].map((id) => rows.get(id)!),
      waiting: {
        cells: new Set(waiting.map(({ cell_id }) => cell_id)).size,
        lines: waiting.reduce((sum, { stratum_id }) => sum + strata[stratum_id]!.lines, 0),
        contributors: [...names].sort(),
      },
    }
  })
}

/** Nothing is said of what fewer than k contributors have sent: the number would be theirs. */
function countCollecting(waiting: readonly Waiting[], k: number): Aggregates['collecting'] {
  if (new Set(waiting.flatMap(({ contributors }) => contributors)).size < k) return { cells: 0, samples: 0 }
  const sum = (key: 'cells' | 'lines') => waiting.reduce((total, family) => total + family[key], 0)
  return { cells: sum('cells'), samples: twoDigits(sum('lines')) }
}

/** A count at two significant digits. */
function twoDigits(count: number): number {
  const unit = 10 ** Math.max(String(count).length - 2, 0)
  return Math.round(count / unit) * unit
}

/** By model, in order of the cells' ids. */
function groupBins(rows: readonly RowResult[]): ModelBins[] {
  const byModel = Map.groupBy(rows, ({ model_slug }) => model_slug)
  const models = [...byModel].map(([model_slug, own]): ModelBins => {
    const prints = own.map(({ fingerprint }) => fingerprint)
    return {
      model_slug,
      fingerprint: prints.includes('') ? null : prints.join('\n'),
      rows: () => sortByCell(own.flatMap(({ bins }) => bins())),
    }
  })
  return models.sort((a, b) => (a.model_slug < b.model_slug ? -1 : 1))
}

function sortByCell(bins: BinRow[]): BinRow[] {
  const byCell = [...Map.groupBy(bins, ({ cell_id }) => cell_id)]
  return byCell.sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, own]) => own)
}

/** Results of former builds, by fingerprints of all that they follow from. */
class ResultMemory {
  readonly #cache: CacheFolder | null
  readonly #policy: string
  readonly #withdrawn: string

  constructor({ cache, policy, withdrawn }: AggregateOptions) {
    this.#cache = cache?.isKept ? cache : null
    this.#policy = JSON.stringify(policy)
    this.#withdrawn = JSON.stringify(withdrawn)
  }

  recall(family: StrataFamily): FamilyResult | null {
    const entry = this.#cache?.read(this.#nameOf(family)) ?? null
    if (entry === null) return null
    const { rows: fingerprints, waiting } = entry.head as { rows: string[]; waiting: Waiting }
    const rows: RowResult[] = []
    for (const fingerprint of fingerprints) {
      const row = this.recallRow(fingerprint)
      if (row === null) return null
      rows.push(row)
    }
    return { rows, waiting }
  }

  recallRow(fingerprint: string): RowResult | null {
    const entry = this.#cache?.read(this.#nameOfRow(fingerprint)) ?? null
    return entry === null ? null : unpackRow(fingerprint, entry.head, entry.parts[0]!)
  }

  async keep(family: StrataFamily, { rows, waiting }: FamilyResult): Promise<void> {
    const head = { rows: rows.map(({ fingerprint }) => fingerprint), waiting }
    if (this.#cache !== null) await this.#cache.write(this.#nameOf(family), head)
  }

  async keepRow(row: RowResult): Promise<void> {
    if (this.#cache === null) return
    const { head, bytes } = packRow(row)
    await this.#cache.write(this.#nameOfRow(row.fingerprint), head, [bytes])
  }

  /** By id of each matrix row that is published, a hash of the strata behind it. Empty hashes where they would not be used. */
  fingerprintRows(strata: readonly PackedStratum[], placements: readonly Placement[]): Map<string, string> {
    const ordered = placements.filter(({ fits }) => fits).sort((a, b) => a.stratum_id - b.stratum_id)
    const byRow = Map.groupBy(ordered, ({ matrix_id }) => matrix_id)
    return new Map([...byRow].map(([id, own]) => [id, this.#cache === null ? '' : hashRow(strata, own)]))
  }

  #nameOf(family: StrataFamily): string {
    return this.#cache!.nameOf('placed', this.#policy, this.#withdrawn, family.fingerprint)
  }

  #nameOfRow(fingerprint: string): string {
    return this.#cache!.nameOf('row', this.#policy, fingerprint)
  }
}

function hashRow(strata: readonly PackedStratum[], placements: readonly Placement[]): string {
  const hash = createHash('sha256')
  for (const { stratum_id, cell_id } of placements) {
    const { pairs, ...rest } = strata[stratum_id]!
    hash.update(`${JSON.stringify([cell_id, rest, pairs.length])}\n`)
    hash.update(asBytes(pairs as Int32Array<ArrayBuffer>))
  }
  return hash.digest('hex')
}
