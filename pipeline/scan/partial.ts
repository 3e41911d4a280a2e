import type { Entry } from '../cache/entry.ts'
import { UnpackError } from '../read/unpack.ts'
import type { ScannedGroup } from './group_counter.ts'
import type { ScannedFile } from './scanner.ts'

/** What a scan made of a file: see OnScanned. */
export type ScanOutcome = ScannedFile | UnpackError | null

/** A group without its bins, and how many numbers these are. */
type GroupHead = Omit<ScannedGroup, 'bins'> & { numbers: number }

interface PartialHead {
  groups: GroupHead[] | null
  damage: string | null
  /** What a review found beside it. */
  review: unknown
}

/** An outcome in the form that the cache keeps. */
export function packOutcome(outcome: ScanOutcome, review: unknown = null): Entry {
  if (outcome instanceof UnpackError)
    return { head: { groups: null, damage: outcome.message, review } satisfies PartialHead, parts: [] }
  if (outcome === null) return { head: { groups: null, damage: null, review } satisfies PartialHead, parts: [] }
  const groups = outcome.groups.map(({ bins, ...group }) => ({ ...group, numbers: bins.length }))
  const bins = joinNumbers(outcome.groups.map((group) => group.bins))
  return { head: { groups, damage: null, review } satisfies PartialHead, parts: [asBytes(bins), asBytes(outcome.ids)] }
}

/** The outcome that the cache kept, and what a review found. */
export function unpackOutcome({ head, parts }: Entry): { outcome: ScanOutcome; review: unknown } {
  const { groups, damage, review } = head as PartialHead
  if (damage !== null) return { outcome: new UnpackError(damage), review }
  if (groups === null) return { outcome: null, review }
  const bins = asNumbers(parts[0]!)
  let at = 0
  const unpacked = groups.map(({ numbers, ...group }) => {
    at += numbers
    return { ...group, bins: bins.subarray(at - numbers, at) }
  })
  return { outcome: { groups: unpacked, ids: asIds(parts[1]!) }, review }
}

/** One array after the other. */
export function joinNumbers(arrays: readonly Int32Array[]): Int32Array<ArrayBuffer> {
  const whole = new Int32Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const array of arrays) {
    whole.set(array, at)
    at += array.length
  }
  return whole
}

/** The bytes of an array of numbers, in place. */
export function asBytes({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** Bytes of the cache as the 32-bit numbers that they are. */
export function asNumbers(bytes: Uint8Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = align(bytes)
  return new Int32Array(buffer, byteOffset, byteLength / 4)
}

function asIds(bytes: Uint8Array<ArrayBuffer>): BigUint64Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = align(bytes)
  return new BigUint64Array(buffer, byteOffset, byteLength / 8)
}

/** The same bytes where an array of numbers may begin. */
function align(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
}
