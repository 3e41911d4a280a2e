import type { DuckDBConnection } from '@duckdb/node-api'
import type { BinRow } from '../../contracts/index.ts'
import { hashStrata, type PackedStratum, type StrataFamily } from '../strata/strata_family.ts'
import type { AggregateOptions, Aggregates } from './aggregates.ts'
import { computeRows, type Placement, placeStrata } from './compute_rows.ts'
import { judgeRegressions } from './judge_regressions.ts'
import { type FamilyResult, ResultMemory } from './result_memory.ts'
import type { RowResult } from './row_results.ts'
import { countCollecting, describeWaiting, joinWaiting, type SplitStrata, splitByMonth } from './waiting.ts'

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

/** Connections to one database. */
export interface Connections {
  connection: DuckDBConnection
  /** A second one, for what can be computed beside. */
  beside?: DuckDBConnection | undefined
}

const NOTHING_PLACED: FamilyResult = { rows: [], waiting: joinWaiting([]) }

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
  connections: Connections,
  families: readonly StrataFamily[],
  options: AggregateOptions,
  memory: ResultMemory,
): Promise<FamilyResult[]> {
  const split = families.map((family) => splitByMonth(family.packed(), options.policy, options.withdrawn))
  const placed = await placeClosed(connections, split, options, memory)
  const results = split.map(({ open }, i): FamilyResult => {
    const { rows, waiting } = placed[i]!
    const byMonth = open.map((stratum) => [stratum.month, stratum] as const)
    return { rows, waiting: joinWaiting([waiting, describeWaiting(byMonth)]) }
  })
  for (const [i, family] of families.entries()) await memory.keep(family, results[i]!)
  return results
}

/** What becomes of the strata that can be published by now. Where strata of an open month were added to them, former builds know it. */
async function placeClosed(
  connections: Connections,
  split: readonly SplitStrata[],
  options: AggregateOptions,
  memory: ResultMemory,
): Promise<FamilyResult[]> {
  const prints = split.map(({ closed, open }) =>
    open.length > 0 && memory.isKept ? { fingerprint: hashStrata(closed) } : null,
  )
  const results = split.map(({ closed }, i) =>
    closed.length === 0 ? NOTHING_PLACED : prints[i] ? memory.recall(prints[i]) : null,
  )
  const unknown = [...split.keys()].filter((i) => results[i] === null)
  const parts = unknown.map((i) => split[i]!.closed)
  const computed = parts.length === 0 ? [] : await computeParts(connections, parts, options, memory)
  for (const [j, i] of unknown.entries()) {
    results[i] = computed[j]!
    if (prints[i]) await memory.keep(prints[i], computed[j]!)
  }
  return results as FamilyResult[]
}

/** @param parts the strata of one family each */
async function computeParts(
  { connection, beside }: Connections,
  parts: readonly PackedStratum[][],
  { policy, withdrawn }: AggregateOptions,
  memory: ResultMemory,
): Promise<FamilyResult[]> {
  const strata = parts.flat()
  const placements = await placeStrata(connection, strata, policy, withdrawn)
  const fingerprints = memory.fingerprintRows(strata, placements)
  const known = new Map([...fingerprints].map(([id, fingerprint]) => [id, memory.recallRow(fingerprint)]))
  const missing = new Map([...fingerprints].filter(([id]) => known.get(id) === null))
  const computed = await computeRows(connection, strata, placements, missing, policy, beside)
  for (const row of computed) {
    known.set(row.matrix.matrix_id, row)
    await memory.keepRow(row)
  }
  return splitByPart(parts, placements, known)
}

/** Matrix rows lie within a family, and so do the strata that wait. */
function splitByPart(
  parts: readonly PackedStratum[][],
  placements: readonly Placement[],
  rows: ReadonlyMap<string, RowResult | null>,
): FamilyResult[] {
  const strata = parts.flat()
  const partOf = parts.flatMap((part, i) => part.map(() => i))
  const byPart = Map.groupBy(placements, ({ stratum_id }) => partOf[stratum_id]!)
  return parts.map((_, i) => {
    const own = byPart.get(i) ?? []
    const ids = new Set(own.filter(({ fits }) => fits).map(({ matrix_id }) => matrix_id))
    const byCell = own
      .filter(({ fits, gone }) => !fits && !gone)
      .map(({ cell_id, stratum_id }) => [cell_id, strata[stratum_id]!] as const)
    return { rows: [...ids].map((id) => rows.get(id)!), waiting: describeWaiting(byCell) }
  })
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
