import { createHash } from 'node:crypto'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Policy, WithdrawnCell } from '../../contracts/index.ts'
import { CELL_KEYS, loadStrata } from '../aggregate/load_strata.ts'
import { runSql } from '../lib/run_sql.ts'
import type { Stratum } from '../strata/stratum.ts'

/** A published community cell with what went into it. */
export interface PlacedCell {
  cell: WithdrawnCell
  contributors: Set<string>
  /** Equal where the cell holds exactly the same samples of the same contributors, by every figure that the tables are made of. */
  digest: string
}

/** The community cells that a public build of `strata` publishes, by key. */
export async function placeCells(
  strata: Stratum[],
  policy: Policy,
  withdrawn: readonly WithdrawnCell[],
): Promise<Map<string, PlacedCell>> {
  const database = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await database.connect()
  try {
    await loadStrata(connection, strata, withdrawn)
    await runSql(connection, 'partition', { ...policy })
    return describeCells(await readPlaces(connection), strata)
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}

/** What identifies a cell, as text. */
export function keyOf(cell: WithdrawnCell): string {
  return CELL_KEYS.map((key) => cell[key]).join('\n')
}

type Place = WithdrawnCell & { stratum_id: number }

async function readPlaces(connection: DuckDBConnection): Promise<Place[]> {
  const reader = await connection.runAndReadAll(
    `SELECT ${CELL_KEYS.join(', ')}, stratum_id FROM placed WHERE is_published ORDER BY stratum_id`,
  )
  return reader.getRowObjectsJS() as unknown as Place[]
}

function describeCells(places: Place[], strata: Stratum[]): Map<string, PlacedCell> {
  const byCell = Map.groupBy(places, keyOf)
  return new Map([...byCell].map(([key, own]) => [key, describeCell(own, strata)]))
}

function describeCell(places: Place[], strata: Stratum[]): PlacedCell {
  const { stratum_id: _, ...cell } = places[0]!
  const held = places.map(({ stratum_id }) => strata[stratum_id]!)
  const contents = held.map(({ pairs, ...stratum }) => JSON.stringify([stratum, [...pairs]]))
  return {
    cell,
    contributors: new Set(held.map(({ contributor }) => contributor)),
    digest: createHash('sha256').update(contents.sort().join('\n')).digest('hex'),
  }
}
