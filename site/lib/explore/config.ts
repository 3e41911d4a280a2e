/** What the explore page hands its script: where everything is and how large, known at build time. */
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
