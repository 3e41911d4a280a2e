import type { TelemetryEvent } from '../../../contracts/index.ts'
import { type ReadPosition, readBuffer } from '../../buffer/read_buffer.ts'
import type { BufferedRecord } from '../../buffer/types.ts'

/** How many records of a buffer were skipped, by reason. */
export interface Skipped {
  before_opt_in: number
  unreadable: number
}

/**
 * The samples that may leave the host: those from the opt-in on. Skipped records are counted.
 *
 * @param since the opt-in, RFC 3339; null if every sample may leave
 */
export async function* selectSamples(
  records: AsyncIterable<BufferedRecord>,
  since: string | null,
  skipped: Skipped,
): AsyncGenerator<TelemetryEvent> {
  const from = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since)
  for await (const record of records) {
    if (record.kind === 'unreadable') skipped.unreadable++
    else if (Date.parse(record.event.ts) < from) skipped.before_opt_in++
    else yield record.event
  }
}

/** A phrase for each reason for which records were skipped; empty if none was. */
export function describeSkipped({ before_opt_in, unreadable }: Skipped, since: string | null): string[] {
  return [
    before_opt_in > 0 && `${before_opt_in.toLocaleString('en')} from before the opt-in of ${since}`,
    unreadable > 0 && `${unreadable.toLocaleString('en')} that could not be read`,
  ].filter((text) => text !== false)
}

/** The records that were in the buffer when its end was read, without those added since. */
export async function* recordsUpTo(
  dir: string,
  end: ReadPosition,
  from: ReadPosition = {},
): AsyncGenerator<BufferedRecord> {
  for await (const record of readBuffer(dir, { from })) {
    if (record.offset < (end[record.segment] ?? 0)) yield record
  }
}

/**
 * The last samples before an end, oldest first, and the records skipped among them. The segments are read from the newest back,
 * as many as it takes: a large buffer is not read for a few rows.
 */
export async function readLastSamples(dir: string, end: ReadPosition, since: string | null, limit: number) {
  const segments = Object.entries(end)
  for (let newest = 1; ; newest *= 2) {
    const start: ReadPosition = Object.fromEntries(segments.slice(0, Math.max(0, segments.length - newest)))
    const skipped: Skipped = { before_opt_in: 0, unreadable: 0 }
    const last: TelemetryEvent[] = []
    for await (const sample of selectSamples(recordsUpTo(dir, end, start), since, skipped)) {
      last.push(sample)
      if (last.length > 2 * limit) last.splice(0, last.length - limit)
    }
    const samples = last.slice(Math.max(0, last.length - limit))
    if (samples.length >= limit || newest >= segments.length) return { samples, skipped }
  }
}
