/** What the explore page hands its script: where everything is and how large, known at build time. */
export interface ExploreConfig {
  engine: Record<'eh' | 'mvp', { module: string; worker: string; bytes: number }>
  tables: PublishedTable[]
}
export interface PublishedTable {
  name: string
  files: { address: string; bytes: number }[]
  /** Creates the table where no file has a row: DuckDB makes no table from a stream without batches. */
  ddl: string
  rows: number
}
