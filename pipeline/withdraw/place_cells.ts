import { createHash } from 'node:crypto'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Policy, WithdrawnCell } from '../../contracts/index.ts'
import { CONTRIBUTOR_SAMPLES } from '../aggregate/compute_partitions.ts'
import { CELL_KEYS, loadStrata } from '../aggregate/load_strata.ts'
import { withDatabase } from '../lib/database.ts'
import { runSql } from '../lib/run_sql.ts'
import type { Stratum } from '../strata/stratum.ts'

/** A community cell with what went into it. */
export interface PlacedCell {
  cell: WithdrawnCell
  /** Whether it is published as what is counted; else it is withdrawn or frozen. */
  isPublished: boolean
  contributors: Set<string>
  /** Of the contributors, those with enough samples for a say. */
  standing: Set<string>
  /** Equal where the cell holds exactly the same samples of the same contributors, by every figure that the tables are made of. */
  digest: string
}

/** The community cells of a public build of `strata`, by key: the published ones, and those that are taken out. */
export async function placeCells(
  strata: Stratum[],
  policy: Policy,
  takenOut: readonly WithdrawnCell[],
): Promise<Map<string, PlacedCell>> {
  return withDatabase(async (connection) => {
    await loadStrata(connection, strata, takenOut)
    await runSql(connection, 'partition', { ...policy, contributor_samples: CONTRIBUTOR_SAMPLES })
    return describeCells(await readPlaces(connection), strata)
  })
}

/** What identifies a cell, as text. */
export function keyOf(cell: WithdrawnCell): string {
  return CELL_KEYS.map((key) => cell[key]).join('\n')
}

type Place = WithdrawnCell & { stratum_id: number; is_published: boolean }

async function readPlaces(connection: DuckDBConnection): Promise<Place[]> {
  const reader = await connection.runAndReadAll(
    `SELECT ${CELL_KEYS.join(', ')}, stratum_id, is_published FROM placed WHERE is_published OR is_withdrawn ORDER BY stratum_id`,
  )
  return reader.getRowObjectsJS() as unknown as Place[]
}

function describeCells(places: Place[], strata: Stratum[]): Map<string, PlacedCell> {
  const byCell = Map.groupBy(places, keyOf)
  return new Map([...byCell].map(([key, own]) => [key, describeCell(own, strata)]))
}

function describeCell(places: Place[], strata: Stratum[]): PlacedCell {
  const { stratum_id: _, is_published, ...cell } = places[0]!
  const held = places.map(({ stratum_id }) => strata[stratum_id]!)
  const contents = held.map(({ pairs, ...stratum }) => JSON.stringify([stratum, [...pairs]]))
  const lines = new Map<string, number>()
  for (const stratum of held) lines.set(stratum.contributor, (lines.get(stratum.contributor) ?? 0) + stratum.lines)
  return {
    cell,
    isPublished: is_published,
    contributors: new Set(lines.keys()),
    standing: new Set([...lines].filter(([, n]) => n >= CONTRIBUTOR_SAMPLES).map(([name]) => name)),
    digest: createHash('sha256').update(contents.sort().join('\n')).digest('hex'),
  }
}
