import { createReadStream, createWriteStream } from 'node:fs'
import { Transform, type TransformCallback, type Writable } from 'node:stream'
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

/** Unpacks a compressed file into a stream. Throws UnpackError. */
export async function unpackInto(file: PackedFile, target: Writable, limit = UNPACKED_BYTES): Promise<void> {
  const inflate =
    file.compression === 'gzip'
      ? createGunzip({ chunkSize: PIECE_BYTES })
      : createZstdDecompress({ chunkSize: PIECE_BYTES })
  try {
    const packed = createReadStream(file.absolutePath, { highWaterMark: PIECE_BYTES })
    await pipeline(packed, inflate, new SizeLimit(limit), target)
  } catch (cause) {
    throw new UnpackError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** Large enough that the steps between pieces do not count. */
const PIECE_BYTES = 1_048_576

/** Passes bytes through and fails once there are more than `limit`. */
class SizeLimit extends Transform {
  #bytes = 0
  readonly #limit: number

  constructor(limit: number) {
    super()
    this.#limit = limit
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length
    const limit = this.#limit.toLocaleString('en')
    if (this.#bytes > this.#limit) done(new Error(`it unpacks to more than ${limit} bytes`))
    else done(null, chunk)
  }
}
