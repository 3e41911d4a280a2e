import { RecordBatchReader, type Vector } from 'apache-arrow'
import type { Stratum } from '../strata/stratum.ts'

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
