import { judgeLine } from '../../contracts/judge.ts'
import { TelemetryEvent } from '../../contracts/telemetry_event.ts'

/** A line of the buffer: a sample, a JSON text that breaks the contract, or something else. */
export type ParsedRecord =
  | { kind: 'sample'; event: TelemetryEvent }
  | { kind: 'invalid'; why: string }
  | { kind: 'unreadable'; why: string }

/** @param text a line without its newline; null for one that is longer than any record */
export function parseRecord(text: string | null): ParsedRecord {
  if (text === null) return { kind: 'unreadable', why: 'longer than any record' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'unreadable', why: 'not a JSON text' }
  }
  const result = TelemetryEvent.safeParse(value)
  return result.success ? { kind: 'sample', event: result.data } : { kind: 'invalid', why: explain(text) }
}

/** Names the first problem without the value, which may be one that must not be shown. */
function explain(text: string): string {
  const judgement = judgeLine('telemetry_event', text)
  if (judgement.verdict === 'accepted') return 'breaks the contract'
  const [first] = judgement.problems
  return `breaks the contract at ${first!.path}: expected ${first!.expected}`
}
