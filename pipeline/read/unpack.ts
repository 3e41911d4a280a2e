import { createReadStream, createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { UNPACKED_BYTES } from '../../contracts/limits.ts'
import type { DataFile } from './discover.ts'

/** A file that could not be unpacked: damaged, or larger than allowed once unpacked. */
export class UnpackError extends Error {}

/** What is needed of a file to unpack it. */
export type PackedFile = Pick<DataFile, 'absolutePath' | 'compression'>

/**
 * Unpacks a compressed file into `target` and returns its path; a plain file's own path is returned as it is. Throws UnpackError.
 *
 * @param limit most bytes that the file may unpack to
 */
export async function unpack(file: PackedFile, target: string, limit = UNPACKED_BYTES): Promise<string> {
  if (file.compression === 'none') return file.absolutePath
  await unpackInto(file, createWriteStream(target), limit)
  return target
}

/** Unpacks a compressed file into a stream, or hands its pieces over. Throws UnpackError. */
export async function unpackInto(
  file: PackedFile,
  target: Writable | ((pieces: AsyncIterable<Buffer>) => Promise<void>),
  limit = UNPACKED_BYTES,
): Promise<void> {
  const options = { chunkSize: PIECE_BYTES }
  const inflate = file.compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options)
  const packed = createReadStream(file.absolutePath, { highWaterMark: PIECE_BYTES })
  try {
    await pipeline(packed, inflate, (pieces: AsyncIterable<Buffer>) => limitBytes(pieces, limit), target as Writable)
  } catch (cause) {
    throw new UnpackError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** Large enough that the steps between pieces do not count. */
const PIECE_BYTES = 1_048_576

/** Fails once there are more bytes than `limit`. */
async function* limitBytes(pieces: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.length
    if (bytes > limit) throw new Error(`it unpacks to more than ${limit.toLocaleString('en')} bytes`)
    yield piece
  }
}
