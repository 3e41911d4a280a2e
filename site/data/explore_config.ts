import { columnsOf, TABLES, type TableName } from '../../contracts/tables.ts'
import { DUCKDB_FILES, duckdbFileSize, duckdbPublicPath } from '../lib/duckdb_files.ts'
import type { ExploreConfig, PublishedTable } from '../lib/explore/config.ts'
import type { ExampleSubject } from '../lib/explore/examples.ts'
import { href } from '../lib/href.ts'
import { SQL_TYPES } from './explore_schema.ts'
import { manifest, published } from './published.ts'

/** Addresses and sizes of the SQL engine and of every published table. */
export function exploreConfig(): ExploreConfig {
  const file = (name: string) => ({ address: href(`${duckdbPublicPath()}/${name}`), bytes: duckdbFileSize(name) })
  return {
    engine: {
      eh: { module: file(DUCKDB_FILES.ehModule), worker: file(DUCKDB_FILES.ehWorker) },
      mvp: { module: file(DUCKDB_FILES.mvpModule), worker: file(DUCKDB_FILES.mvpWorker) },
    },
    tables: (Object.keys(TABLES) as TableName[]).map(toPublishedTable),
  }
}

function toPublishedTable(name: TableName): PublishedTable {
  const files = manifest().files.filter((file) => file.table === name && file.rows > 0)
  const columns = columnsOf(name).map((column) => `"${column.name}" ${SQL_TYPES[column.type]}`)
  return {
    name,
    files: files.map((file) => ({ address: href(`data/${file.name}`), bytes: file.bytes })),
    ddl: `CREATE TABLE "${name}" (${columns.join(', ')})`,
    rows: files.reduce((sum, file) => sum + file.rows, 0),
  }
}

/** The subject of the examples: the model with most single-user configurations, and the configuration with most samples of a speed. */
export function exampleSubject(): ExampleSubject {
  const rows = published('matrix').filter((row) => row.e2e_tps_n !== null)
  const counts = new Map<string, number>()
  for (const { model_id, measurement_type } of rows) {
    if (measurement_type === 'single_stream') counts.set(model_id, (counts.get(model_id) ?? 0) + 1)
  }
  const modelId = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
  const matrixId = [...rows].sort((a, b) => b.e2e_tps_n! - a.e2e_tps_n!)[0]?.matrix_id ?? ''
  return { modelId, matrixId }
}
