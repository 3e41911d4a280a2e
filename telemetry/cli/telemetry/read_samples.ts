import type { TelemetryEvent } from '../../../contracts/index.ts'
import type { BufferedRecord } from '../../buffer/types.ts'

/** What was passed over on the way through a buffer. */
export interface Passed {
  before_opt_in: number
  unreadable: number
}

/**
 * The samples that may leave the host: those from the opt-in on. What is passed over is counted.
 *
 * @param since the opt-in, RFC 3339; null where every sample may leave
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

/** What was passed over, in words; empty where nothing was. */
export function describePassed({ before_opt_in, unreadable }: Passed, since: string | null): string[] {
  return [
    before_opt_in > 0 && `${before_opt_in.toLocaleString('en')} from before the opt-in of ${since}`,
    unreadable > 0 && `${unreadable.toLocaleString('en')} that could not be read`,
  ].filter((text) => text !== false)
}
