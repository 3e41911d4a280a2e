import { rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, type DuckDBValue, listValue } from '@duckdb/node-api'
import { type CacheFolder, CacheLost } from '../cache/cache_folder.ts'
import { readSql } from '../lib/sql_text.ts'

/** A Parquet file of the cache with the ids of samples, and the place of each one's file in `keys`. */
export interface IdTable {
  name: string
  /** Content keys of files. */
  keys: string[]
}

/** A file in which ids are looked for. Of equal ids the first in the file of the lowest rank counts. */
export interface RankedFile {
  key: string
  rank: number
}

/** Fewer bytes of ids are compared faster by one thread. */
const WORTH_A_THREAD = 10_000_000

/**
 * The ids of samples in Parquet files, which DuckDB reads: which come more than once, and where each counts. Ids are looked for by a hash and then
 * compared themselves, so that the hash does not decide anything. What does not fit into memory goes to disk.
 */
export class SampleIds {
  readonly #connection: DuckDBConnection
  readonly #cache: CacheFolder
  readonly #scratch: string
  /** Files whose ids are in no table yet. */
  readonly #added: { path: string; key: string }[] = []
  #bytes = 0

  constructor(connection: DuckDBConnection, cache: CacheFolder, scratch: string) {
    this.#connection = connection
    this.#cache = cache
    this.#scratch = scratch
  }

  /** Adds the ids of a file, a line each. */
  async add(key: string, ids: Uint8Array): Promise<void> {
    const path = join(this.#scratch, `ids-${this.#added.length}.csv`)
    this.#added.push({ path, key })
    this.#bytes += ids.length
    await writeFile(path, ids)
  }

  /** Writes the ids that were added to a table; null where there are none. */
  async write(): Promise<IdTable | null> {
    const added = this.#added.splice(0)
    if (added.length === 0) return null
    if (this.#bytes > WORTH_A_THREAD) await this.#connection.run(`SET threads = ${availableParallelism()}`)
    const name = this.#cache.freshName('ids')
    await this.#load(
      'added_files',
      added.map(({ path }, file) => [path, file]),
    )
    const statement = readSql('ids/write').replace('$table', quote(this.#cache.use(name)))
    await this.#connection.run(statement, [listValue(added.map(({ path }) => path))])
    for (const { path } of added) rmSync(path)
    return { name, keys: added.map(({ key }) => key) }
  }

  /** Whether a table holds an id of former tables, or one more than once. Rejects with CacheLost where a table is gone or damaged. */
  async repeatsAny(added: IdTable, former: readonly IdTable[]): Promise<boolean> {
    const [row] = await this.#read('ids/repeats_any', [this.#pathsOf([added]), this.#pathsOf(former)])
    return row?.[0] === true
  }

  /**
   * Finds the ids that files share, or one holds more than once. Returns the numbers of the files with samples that do not count there, or count
   * once of several; `ownersIn` tells where they count. Rejects with CacheLost where a table is gone or damaged.
   */
  async findRepeated(tables: readonly IdTable[], files: readonly RankedFile[]): Promise<number[]> {
    await this.#load(
      'id_files',
      files.flatMap((file, id) => this.#placesOf(tables, file, id)),
    )
    for (const name of ['ids/repeated_hashes', 'ids/repeated', 'ids/copies'])
      await this.#read(name, [this.#pathsOf(tables)])
    return (await this.#read('ids/affected', [])).map(([id]) => Number(id))
  }

  /** By id of each sample of a file that is repeated, the number of the file in which it counts. After `findRepeated`. */
  async ownersIn(id: number): Promise<Map<string, number>> {
    return new Map((await this.#read('ids/owners', [id])) as [string, number][])
  }

  #placesOf(tables: readonly IdTable[], { key, rank }: RankedFile, id: number): [string, number, number, number][] {
    for (const { name, keys } of tables) {
      const file = keys.indexOf(key)
      if (file !== -1) return [[this.#cache.use(name), file, id, rank]]
    }
    return []
  }

  #pathsOf(tables: readonly IdTable[]): DuckDBValue {
    return listValue(tables.map(({ name }) => this.#cache.use(name)))
  }

  /** The rows of a statement of sql/ids, which reads tables. */
  async #read(name: string, values: DuckDBValue[]): Promise<DuckDBValue[][]> {
    try {
      return (await this.#connection.runAndReadAll(readSql(name), values)).getRows()
    } catch (cause) {
      throw new CacheLost(`the ids of samples cannot be compared: ${(cause as Error).message}`, { cause })
    }
  }

  /** Makes the table `name` anew from rows of texts and whole numbers. */
  async #load(name: string, rows: readonly (string | number)[][]): Promise<void> {
    await this.#connection.run(readSql(`ids/${name}`))
    const appender = await this.#connection.createAppender(name)
    for (const row of rows) {
      for (const value of row) {
        if (typeof value === 'string') appender.appendVarchar(value)
        else appender.appendInteger(value)
      }
      appender.endRow()
    }
    appender.closeSync()
  }
}

/** A text of SQL, where no parameter can stand. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
