import { readSql } from '../lib/run_sql.ts'
import { BUCKETS_PER_QUANTITY, readBin } from '../scan/bin_counter.ts'
import { type Partition, partitionsOf } from '../strata/strata_collector.ts'
import type { Stratum } from '../strata/stratum.ts'
import { type ClickhouseDatabase, connectClickhouse } from './connect.ts'
import { readStrata } from './read_strata.ts'

/** Samples that lie in ClickHouse. */
export interface ClickhouseSamples {
  /** `http[s]://[user[:password]@]host:port/[database]` */
  url: string
  /** A table of that database, with columns as in SAMPLE_COLUMNS. */
  table: string
}

/** What ClickHouse counted, and its version. */
export interface CountedSamples {
  partitions: Partition[]
  version: string
}

/** Has ClickHouse count samples where they lie. Rejects with ExplainedError where nothing answers at the address. */
export async function countSamples({ url, table }: ClickhouseSamples): Promise<CountedSamples> {
  const database = await connectClickhouse(url)
  try {
    return { partitions: await countTable(database, table), version: database.version }
  } finally {
    await database.close()
  }
}

const STATEMENT = 'clickhouse/strata_of_samples'

/** The strata of a table of samples. Rejects with the name of the statement and what the server says. */
export async function countTable(database: ClickhouseDatabase, table: string): Promise<Partition[]> {
  try {
    const strata: Stratum[] = []
    const stream = await database.stream(readSql(STATEMENT), countParameters(table))
    for await (const stratum of readStrata(stream)) strata.push(stratum)
    return partitionsOf(strata)
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`pipeline/sql/${STATEMENT}.sql: ${found}`, { cause })
  }
}

/** The values of the statement that counts a table. */
export function countParameters(table: string) {
  return { samples: table, buckets: BUCKETS_PER_QUANTITY, first_bucket: readBin(0).bucket }
}
