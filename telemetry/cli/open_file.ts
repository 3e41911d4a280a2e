import { createReadStream, lstatSync } from 'node:fs'
import { basename } from 'node:path'
import type { Duplex } from 'node:stream'
import * as zlib from 'node:zlib'
import { FILE_BYTES, UNPACKED_BYTES } from '../../contracts/index.ts'

/** Why a file is not read. */
export interface Refusal {
  path: string
  expected: string
  found: string
  fix: string
}

/** A compressed file that is damaged, or larger than allowed once unpacked. */
export class UnpackError extends Error {}

const DECOMPRESSORS: Record<string, { name: string; create: (() => Duplex) | undefined }> = {
  '.gz': { name: 'gzip', create: zlib.createGunzip },
  // Older versions of Node cannot.
  '.zst': { name: 'zstd', create: (zlib as { createZstdDecompress?: () => Duplex }).createZstdDecompress },
}

/** Why a file may not be read, by the rules for files of the repository of exports; null if it may. */
export function refuseFile(path: string): Refusal | null {
  const refusal = (expected: string, found: string, fix: string): Refusal => ({ path, expected, found, fix })
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return refusal('a file', 'nothing', 'check the path')
  if (!stats.isFile())
    return refusal('a file', stats.isSymbolicLink() ? 'a symbolic link' : 'no regular file', 'name the file itself')
  if (!/\.jsonl(\.gz|\.zst)?$/.test(path))
    return refusal('a name that ends in .jsonl, .jsonl.gz or .jsonl.zst', basename(path), 'rename the file')
  if (stats.size > FILE_BYTES)
    return refusal(
      `at most ${FILE_BYTES.toLocaleString('en')} bytes`,
      stats.size.toLocaleString('en'),
      'compress or split the file',
    )
  if (path.endsWith('.zst') && !DECOMPRESSORS['.zst']!.create)
    return refusal('a Node that unpacks zstd, 22.15 or newer', process.versions.node, 'unpack it with zstd -d first')
  return null
}

/** What the file is compressed with, for an error. */
export function compressionOf(path: string): string {
  return findDecompressor(path)?.name ?? 'plain'
}

/**
 * The unpacked bytes of a file, piece by piece.
 *
 * @throws UnpackError
 */
export async function* readUnpacked(path: string, limit = UNPACKED_BYTES): AsyncGenerator<Buffer> {
  const source = createReadStream(path)
  const decompressor = findDecompressor(path)
  if (!decompressor) {
    yield* source as AsyncIterable<Buffer>
    return
  }
  const unpacked = decompressor.create!()
  source.on('error', (error) => unpacked.destroy(error))
  let bytes = 0
  try {
    for await (const chunk of source.pipe(unpacked) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > limit) throw new Error(`it unpacks to more than ${limit.toLocaleString('en')} bytes`)
      yield chunk
    }
  } catch (cause) {
    throw new UnpackError((cause as Error).message, { cause })
  } finally {
    source.destroy()
  }
}

function findDecompressor(path: string) {
  return Object.entries(DECOMPRESSORS).find(([ending]) => path.endsWith(ending))?.[1]
}
