import type { DuckDBConnection } from '@duckdb/node-api'
import type { BinRow } from '../../contracts/index.ts'
import { hashStrata, type PackedStratum, type Partition } from '../strata/partition.ts'
import type { AggregateOptions, Aggregates } from './aggregates.ts'
import { computeRows, type Placement, placeStrata } from './compute_rows.ts'
import { judgeRegressions } from './judge_regressions.ts'
import { countPending, describePending, joinPending, type SplitStrata, splitByMonth } from './pending.ts'
import { type PartitionResult, ResultMemory } from './result_memory.ts'
import type { RowResult } from './row_results.ts'

/** The bins of one model, put together when they are needed. */
export interface ModelBins {
  model_slug: string
  /** A hash of all that the bins follow from; null where that was not computed. */
  fingerprint: string | null
  rows: () => BinRow[]
}

export interface PartitionAggregates extends Omit<Aggregates, 'bins'> {
  bins: ModelBins[]
}

/** Connections to one database. */
export interface Connections {
  connection: DuckDBConnection
  /** A second one, for what can be computed beside. */
  beside?: DuckDBConnection | undefined
}

const NOTHING_PLACED: PartitionResult = { rows: [], pending: joinPending([]) }

/** Aggregates partitions of strata, computing only the matrix rows that the cache does not know. The database may still be opening. */
export async function aggregatePartitions(
  opening: Promise<Connections>,
  partitions: readonly Partition[],
  options: AggregateOptions,
): Promise<PartitionAggregates> {
  const memory = new ResultMemory(options)
  const results = new Map(partitions.map((partition) => [partition, memory.recall(partition)]))
  const changed = partitions.filter((partition) => results.get(partition) === null)
  const connections = await opening
  const computed = changed.length === 0 ? [] : await computePartitions(connections, changed, options, memory)
  const all = [
    ...partitions.map((partition) => results.get(partition)!).filter((result) => result !== null),
    ...computed,
  ]
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
    collecting: countPending(
      all.map(({ pending }) => pending),
      options.policy.k,
    ),
  }
}

async function computePartitions(
  connections: Connections,
  partitions: readonly Partition[],
  options: AggregateOptions,
  memory: ResultMemory,
): Promise<PartitionResult[]> {
  const split = partitions.map((partition) => splitByMonth(partition.packed(), options.policy, options.withdrawn))
  const placed = await placeClosed(connections, split, options, memory)
  const results = split.map(({ open }, i): PartitionResult => {
    const { rows, pending } = placed[i]!
    const byMonth = open.map((stratum) => [stratum.month, stratum] as const)
    return { rows, pending: joinPending([pending, describePending(byMonth)]) }
  })
  for (const [i, partition] of partitions.entries()) await memory.keep(partition, results[i]!)
  return results
}

/** What becomes of the strata that can be published by now. Where strata of an open month were added to them, former builds know it. */
async function placeClosed(
  connections: Connections,
  split: readonly SplitStrata[],
  options: AggregateOptions,
  memory: ResultMemory,
): Promise<PartitionResult[]> {
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
  return results as PartitionResult[]
}

/** @param parts the strata of one partition each */
async function computeParts(
  { connection, beside }: Connections,
  parts: readonly PackedStratum[][],
  { policy, withdrawn }: AggregateOptions,
  memory: ResultMemory,
): Promise<PartitionResult[]> {
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

/** Matrix rows lie within a partition, and so do the strata that wait. */
function splitByPart(
  parts: readonly PackedStratum[][],
  placements: readonly Placement[],
  rows: ReadonlyMap<string, RowResult | null>,
): PartitionResult[] {
  const strata = parts.flat()
  const partOf = parts.flatMap((part, i) => part.map(() => i))
  const byPart = Map.groupBy(placements, ({ stratum_id }) => partOf[stratum_id]!)
  return parts.map((_, i) => {
    const own = byPart.get(i) ?? []
    const ids = new Set(own.filter(({ fits }) => fits).map(({ matrix_id }) => matrix_id))
    const byCell = own
      .filter(({ fits, gone }) => !fits && !gone)
      .map(({ cell_id, stratum_id }) => [cell_id, strata[stratum_id]!] as const)
    return { rows: [...ids].map((id) => rows.get(id)!), pending: describePending(byCell) }
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
