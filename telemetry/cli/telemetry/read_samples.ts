import type { TelemetryEvent } from '../../../contracts/index.ts'
import { type ReadPosition, readBuffer } from '../../buffer/read_buffer.ts'
import type { BufferedRecord } from '../../buffer/types.ts'

/** What was passed over on the way through a buffer. */
export interface Passed {
  before_opt_in: number
  unreadable: number
}

/**
 * The samples that may leave the host: those from the opt-in on. What is passed over is counted.
 *
 * @param since the opt-in, RFC 3339; null if every sample may leave
 */
export async function* selectSamples(
  records: AsyncIterable<BufferedRecord>,
  since: string | null,
  passed: Passed,
): AsyncGenerator<TelemetryEvent> {
  const from = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since)
  for await (const record of records) {
    if (record.kind === 'unreadable') passed.unreadable++
    else if (Date.parse(record.event.ts) < from) passed.before_opt_in++
    else yield record.event
  }
}

/** What was passed over, in words; empty if nothing was. */
export function describePassed({ before_opt_in, unreadable }: Passed, since: string | null): string[] {
  return [
    before_opt_in > 0 && `${before_opt_in.toLocaleString('en')} from before the opt-in of ${since}`,
    unreadable > 0 && `${unreadable.toLocaleString('en')} that could not be read`,
  ].filter((text) => text !== false)
}

/** The records that lay in the buffer when its end was read; what has come since is left out. */
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
 * The last samples before an end, oldest first, and what was passed over among them. The segments are read from the newest back,
 * as many as it takes: a large buffer is not read for a few rows.
 */
export async function readLastSamples(dir: string, end: ReadPosition, since: string | null, limit: number) {
  const segments = Object.entries(end)
  for (let newest = 1; ; newest *= 2) {
    const skipped: ReadPosition = Object.fromEntries(segments.slice(0, Math.max(0, segments.length - newest)))
    const passed: Passed = { before_opt_in: 0, unreadable: 0 }
    const last: TelemetryEvent[] = []
    for await (const sample of selectSamples(recordsUpTo(dir, end, skipped), since, passed)) {
      last.push(sample)
      if (last.length > 2 * limit) last.splice(0, last.length - limit)
    }
    const samples = last.slice(Math.max(0, last.length - limit))
    if (samples.length >= limit || newest >= segments.length) return { samples, passed }
  }
}
