import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { UNPACKED_BYTES } from '../../contracts/index.ts'
import type { DataFile } from './discover.ts'

/** A file that could not be unpacked: damaged, or larger than allowed once unpacked. */
export class UnpackError extends Error {}

/**
 * Unpacks a compressed file into `folder` and returns the path of the result; a plain file's own path is returned as it is.
 * Throws UnpackError.
 *
 * @param limit most bytes that the file may unpack to
 */
export async function unpack(file: DataFile, folder: string, index: number, limit = UNPACKED_BYTES): Promise<string> {
  if (file.compression === 'none') return file.absolutePath
  const target = join(folder, `unpacked-${index}.jsonl`)
  const inflate = file.compression === 'gzip' ? createGunzip() : createZstdDecompress()
  try {
    await pipeline(createReadStream(file.absolutePath), inflate, new SizeLimit(limit), createWriteStream(target))
  } catch (cause) {
    throw new UnpackError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
  return target
}

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
