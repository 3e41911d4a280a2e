import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'

const MAGIC = 0x4843524f
/** Magic, and a checksum of all that follows. */
const PREFIX_BYTES = 8

/** A value as a file of the cache, in V8's own form: arrays of numbers stay what they are. */
export function encodeEntry(value: unknown): Buffer {
  const content = serialize(value)
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32LE(MAGIC, 0)
  prefix.writeUInt32LE(crc32(content), 4)
  return Buffer.concat([prefix, content])
}

/** The value that a file holds; undefined where it is damaged or something else. */
export function decodeEntry(bytes: Buffer): unknown {
  if (bytes.length < PREFIX_BYTES || bytes.readUInt32LE(0) !== MAGIC) return undefined
  const content = bytes.subarray(PREFIX_BYTES)
  return bytes.readUInt32LE(4) === crc32(content) ? deserialize(content) : undefined
}
