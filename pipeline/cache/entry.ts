import { crc32 } from 'node:zlib'

/** What a file of the cache holds: a value for JSON, and bytes beside it. */
export interface Entry {
  head: unknown
  parts: Uint8Array<ArrayBuffer>[]
}

const MAGIC = 0x4843524f
/** Magic, checksum of all that follows, length of the JSON text, number of parts. */
const PREFIX_BYTES = 16
/** Parts start at multiples of this, so that arrays of numbers can look at them in place. */
const ALIGNMENT = 8

/** An entry as bytes, with a checksum. */
export function encodeEntry(head: unknown, parts: readonly Uint8Array[]): Buffer<ArrayBuffer> {
  const text = Buffer.from(JSON.stringify(head))
  const starts = placeParts(
    text.length,
    parts.map(({ length }) => length),
  )
  const bytes = Buffer.alloc(starts.end)
  const prefix = [MAGIC, 0, text.length, parts.length, ...parts.map(({ length }) => length)]
  for (const [i, value] of prefix.entries()) bytes.writeUInt32LE(value, 4 * i)
  text.copy(bytes, PREFIX_BYTES + 4 * parts.length)
  for (const [i, part] of parts.entries()) bytes.set(part, starts.places[i])
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4)
  return bytes
}

/** The entry that bytes hold, or null where they are damaged or something else. */
export function decodeEntry(bytes: Buffer<ArrayBuffer>): Entry | null {
  if (bytes.length < PREFIX_BYTES || bytes.readUInt32LE(0) !== MAGIC) return null
  if (bytes.readUInt32LE(4) !== crc32(bytes.subarray(8))) return null
  const textLength = bytes.readUInt32LE(8)
  const lengths = Array.from({ length: bytes.readUInt32LE(12) }, (_, i) => bytes.readUInt32LE(PREFIX_BYTES + 4 * i))
  const from = PREFIX_BYTES + 4 * lengths.length
  const { places } = placeParts(textLength, lengths)
  return {
    head: JSON.parse(bytes.toString('utf8', from, from + textLength)),
    parts: lengths.map((length, i) => new Uint8Array(bytes.buffer, bytes.byteOffset + places[i]!, length)),
  }
}

function placeParts(textLength: number, lengths: number[]): { places: number[]; end: number } {
  let at = PREFIX_BYTES + 4 * lengths.length + textLength
  const places = lengths.map((length) => {
    const place = Math.ceil(at / ALIGNMENT) * ALIGNMENT
    at = place + length
    return place
  })
  return { places, end: at }
}
