import { RecordBatchReader, type Vector } from 'apache-arrow'
import { readSql } from '../lib/run_sql.ts'
import { BUCKETS_PER_QUANTITY, readBin } from '../scan/bin_counter.ts'
import { type Partition, partitionsOf } from '../strata/strata_collector.ts'
import type { Stratum } from '../strata/stratum.ts'
import { type ClickhouseDatabase, connectClickhouse } from './connect.ts'

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

type StratumRow = Omit<Stratum, 'pairs'> & { pairs: Vector }

/** Reads strata that ClickHouse counted, as an Arrow stream of which one batch is held at a time. Rejects where the end of it is missing. */
export async function* readStrata(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Stratum> {
  const reader = await RecordBatchReader.from(requireEnd(stream))
  for await (const batch of reader) for (const row of batch) yield toStratum(row.toJSON() as unknown as StratumRow)
}

/** The numbers are copied, so that they do not keep their batch in memory. */
function toStratum({ pairs, ...row }: StratumRow): Stratum {
  return { ...row, pairs: (pairs.toArray() as Int32Array).slice() }
}

const END_MARKER = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])

/** The reader takes a stream that breaks off between two batches for a whole one. */
async function* requireEnd(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let end = Buffer.alloc(0)
  for await (const piece of stream) {
    end = Buffer.concat([end, piece.subarray(-END_MARKER.length)]).subarray(-END_MARKER.length)
    yield piece
  }
  if (!end.equals(END_MARKER))
    throw new Error('expected an Arrow stream with its end marker, found one that breaks off')
}
