import type { ProcessIdentity } from './process_identity.ts'

/**
 * A segment's name holds what would otherwise have to be read from it: its place in the order, when and by which process it was
 * created, and, once it is closed, how many records it holds.
 *
 *     000000000042-1764000000000-4711.1b2c3.0f1e2d3c-9a8b7c6d.n1234.jsonl
 *     sequence     created ms    pid.start.scope     writer   closed with 1,234 records (or `open`)
 *
 * The sequence comes first, so that a wall clock that jumps does not change the order.
 */
export interface SegmentName {
  /** The name up to the writer: stays the same when the segment is closed. */
  id: string
  sequence: number
  created_ms: number
  owner: ProcessIdentity
  /** null while the segment is open, and for ever if its writer was killed. */
  records: number | null
}

const NAME = /^((\d{12})-(\d{13,15})-(\d{1,10})\.([0-9a-z]{1,13})\.([0-9a-f]{8})-[0-9a-f]{8})\.(open|n\d{1,12})\.jsonl$/
export const SEGMENT_ID = /^\d{12}-\d{13,15}-\d{1,10}\.[0-9a-z]{1,13}\.[0-9a-f]{8}-[0-9a-f]{8}$/

export function parseSegmentName(name: string): SegmentName | null {
  const match = NAME.exec(name)
  if (!match) return null
  const [, id, sequence, created, pid, start, scope, state] = match as unknown as string[]
  return {
    id: id!,
    sequence: Number(sequence),
    created_ms: Number(created),
    owner: { pid: Number(pid), start: start!, scope: scope! },
    records: state === 'open' ? null : Number(state!.slice(1)),
  }
}

/** @param writer 8 hexadecimal digits that distinguish the writers within one process */
export function makeSegmentId(
  sequence: number,
  created_ms: number,
  { pid, start, scope }: ProcessIdentity,
  writer: string,
): string {
  const created = Math.max(0, Math.floor(created_ms)).toString().padStart(13, '0')
  return `${sequence.toString().padStart(12, '0')}-${created}-${pid}.${start}.${scope}-${writer}`
}

export function openName(id: string): string {
  return `${id}.open.jsonl`
}

export function closedName(id: string, records: number): string {
  return `${id}.n${records}.jsonl`
}
