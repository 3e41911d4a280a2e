/** Addresses and sizes of the engine and the tables, which the build writes into the explore page for its script. */
export interface ExploreConfig {
  engine: Record<'eh' | 'mvp', EngineFiles>
  tables: PublishedTable[]
}
export interface EngineFiles {
  module: RemoteFile
  worker: RemoteFile
}
/** A file of this site and its size before compression. */
export interface RemoteFile {
  address: string
  bytes: number
}
export interface PublishedTable {
  name: string
  files: RemoteFile[]
  /** Creates the table, empty. */
  ddl: string
  rows: number
}
