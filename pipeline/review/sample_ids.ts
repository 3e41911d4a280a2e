import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, type DuckDBValue, listValue } from '@duckdb/node-api'
import type { CacheFolder } from '../cache/cache_folder.ts'
import { readSql } from '../lib/run_sql.ts'

/** A Parquet file of the cache with the ids of samples. */
export interface IdTable {
  name: string
  checksum: string
}

/** Whose ids a file holds, and when it came, as text that sorts; equal where that cannot be told. */
export interface Origin {
  contributor: string
  arrival: string
}

/** Fewer bytes of ids are compared faster by one thread. */
const WORTH_A_THREAD = 10_000_000

/**
 * The ids of samples, which DuckDB reads: which come more than once, and where each counts. They lie in Parquet files of the cache, or as text where
 * none is kept. Ids are looked for by a hash and then compared themselves, so that the hash does not decide anything. What does not fit into memory
 * goes to disk.
 */
export class SampleIds {
  readonly #connection: DuckDBConnection
  readonly #cache: CacheFolder
  readonly #scratch: string
  /** Files with ids that are in no table yet. */
  readonly #added: string[] = []
  /** Of all ids that were added. */
  #bytes = 0

  constructor(connection: DuckDBConnection, cache: CacheFolder, scratch: string) {
    this.#connection = connection
    this.#cache = cache
    this.#scratch = scratch
  }

  /** Adds the ids of a file, a line each. */
  async add(file: number, ids: Uint8Array): Promise<void> {
    if (ids.length === 0) return
    const path = join(this.#scratch, `ids-${file}.csv`)
    this.#added.push(path)
    this.#bytes += ids.length
    await writeFile(path, ids)
  }

  /** Writes the ids that were added to a table of the cache; null if there are none, or no cache is kept. */
  async write(): Promise<IdTable | null> {
    const added = this.#added.splice(0)
    if (added.length === 0) return null
    if (this.#bytes > WORTH_A_THREAD) await this.#connection.run(`SET threads = ${availableParallelism()}`)
    await this.#run('texts', { texts: added.map(quote).join(', ') })
    if (!this.#cache.isKept) return null
    const name = `ids-${randomBytes(16).toString('hex')}`
    await this.#run('write', { table: quote(this.#cache.pathOf(name)) })
    for (const text of added) rmSync(text)
    return { name, checksum: await this.#checksum(name) }
  }

  /** Whether a table holds an id of former tables, or one more than once; true as well where a table is gone or damaged. */
  async mayRepeat(added: IdTable, former: readonly IdTable[]): Promise<boolean> {
    try {
      for (const { name, checksum } of former) if ((await this.#checksum(name)) !== checksum) return true
      const names = former.map(({ name }) => name)
      return (await this.#read('may_repeat', [this.#pathsOf([added.name]), this.#pathsOf(names)]))[0]![0] === true
    } catch {
      return true
    }
  }

  /**
   * Finds the ids that files share, or one holds more than once, among those that `write` took last. Of the equal ids of a contributor the
   * first in the file of the lowest number counts, and only if it came as early as the first of all: nobody takes another's place, and where two
   * came together both count. Returns the files with samples that do not count there, or count once of several; `ownersIn` tells where.
   *
   * @param origins of the files by number, in order of their arrival
   */
  async findRepeated(origins: readonly Origin[]): Promise<number[]> {
    if (this.#bytes === 0) return []
    await this.#read('files', [
      listValue(origins.map(({ contributor }) => contributor)),
      listValue(origins.map(({ arrival }) => arrival)),
    ])
    for (const name of ['hashes', 'copies']) await this.#read(name)
    return (await this.#read('affected')).map(([file]) => Number(file))
  }

  /** Each sample of a file that is repeated, by id, and the number of the file in which it counts. After `findRepeated`. */
  async ownersIn(file: number): Promise<[string, number][]> {
    return (await this.#read('owners', [file])) as [string, number][]
  }

  async #checksum(name: string): Promise<string> {
    return String((await this.#read('checksum', [this.#pathsOf([name])]))[0]![0])
  }

  #pathsOf(names: readonly string[]): DuckDBValue {
    return listValue(names.map((name) => this.#cache.pathOf(name)))
  }

  /** Runs a statement with texts where no parameter can stand. */
  async #run(name: string, texts: Record<string, string>): Promise<void> {
    await this.#connection.run(readSql(`ids/${name}`).replaceAll(/\$([a-z]+)\b/g, (place, key) => texts[key] ?? place))
  }

  async #read(name: string, values: DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    return (await this.#connection.runAndReadAll(readSql(`ids/${name}`), values)).getRows()
  }
}

function quote(path: string): string {
  return `'${path.replaceAll("'", "''")}'`
}
