import type { DuckDBConnection } from '@duckdb/node-api'
import { CellRow, type FrozenCell, type Policy, type Withdrawn } from '../../contracts/index.ts'
import type { NumberedCell } from '../aggregate/aggregates.ts'
import { fillTables } from '../aggregate/compute_partitions.ts'
import { foldBins } from '../aggregate/fold_bins.ts'
import { withDatabase } from '../lib/database.ts'
import { readRows, runSql } from '../lib/run_sql.ts'
import type { Stratum } from '../strata/stratum.ts'
import { keyOf } from './place_cells.ts'

/** The cells of some keys as a public build of `strata` releases them, beside what is withdrawn or frozen already. */
export function freezeCells(
  strata: Stratum[],
  policy: Policy,
  { cells: withdrawn, frozen = [] }: Withdrawn,
  keys: ReadonlySet<string>,
): Promise<FrozenCell[]> {
  if (keys.size === 0) return Promise.resolve([])
  return withDatabase(async (connection) => {
    const values = await fillTables(connection, strata, { policy, withdrawn, frozen })
    const cells = await readRows<NumberedCell>(connection, 'cells', values)
    const bins = await readBins(connection, values)
    return cells
      .filter((cell) => keys.has(keyOf(cell)))
      .map(({ cell_no, ...row }) => ({ row: CellRow.parse(row), bins: bins.get(cell_no) ?? [] }))
  })
}

type Bin = FrozenCell['bins'][number]

async function readBins(connection: DuckDBConnection, values: Record<string, number>): Promise<Map<number, Bin[]>> {
  const counts = await connection.runAndReadAll(
    "SELECT key || ' ' || metric, step_count(n) FROM estimates WHERE key > 0",
  )
  const n = new Map(counts.getRows() as [string, number][])
  const every = { ...values, every_quantity: 1 }
  const rows = await foldBins(await runSql(connection, 'bins', every), every)
  const numbered = rows.map((bin) => ({ ...bin, n: n.get(`${bin.cell_no} ${bin.metric}`)! }))
  const byCell = Map.groupBy(numbered, ({ cell_no }) => cell_no)
  return new Map([...byCell].map(([cell_no, own]) => [cell_no, own.map(({ cell_no: _, ...bin }) => bin)]))
}
