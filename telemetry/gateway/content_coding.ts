import type { Transform } from 'node:stream'
import zlib from 'node:zlib'

/** A content coding that can be decoded, and encoded with a flush after each piece. */
interface Coding {
  decoder: () => Transform
  encoder: () => Transform
  /** Flushes everything that was written so far, so that an event is not delayed until the next one. */
  flush: (encoder: Transform, done: () => void) => void
}

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants
const flushZlib = (kind: number) => (encoder: Transform, done: () => void) => (encoder as zlib.Gzip).flush(kind, done)

/** zstd is in Node from 22.15 on. */
interface ZstdZlib {
  createZstdDecompress?: () => Transform
  createZstdCompress?: () => Transform
  constants: { ZSTD_e_flush?: number }
}
const { createZstdDecompress, createZstdCompress, constants } = zlib as unknown as ZstdZlib

const GZIP: Coding = {
  decoder: () => zlib.createGunzip(),
  encoder: () => zlib.createGzip(),
  flush: flushZlib(Z_SYNC_FLUSH),
}

const CODINGS: ReadonlyMap<string, Coding> = new Map([
  ['gzip', GZIP],
  ['x-gzip', GZIP],
  [
    'deflate',
    { decoder: () => zlib.createInflate(), encoder: () => zlib.createDeflate(), flush: flushZlib(Z_SYNC_FLUSH) },
  ],
  [
    'br',
    {
      decoder: () => zlib.createBrotliDecompress(),
      encoder: () => zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
      flush: flushZlib(BROTLI_OPERATION_FLUSH),
    },
  ],
  ...(createZstdDecompress && createZstdCompress && constants.ZSTD_e_flush !== undefined
    ? [
        [
          'zstd',
          {
            decoder: () => createZstdDecompress(),
            encoder: () => createZstdCompress(),
            flush: flushZlib(constants.ZSTD_e_flush),
          },
        ] as const,
      ]
    : []),
])

/** The coding of a body: null if it is plain, undefined if it cannot be read. */
export function findCoding(content_encoding: string | undefined): Coding | null | undefined {
  const name = content_encoding?.trim().toLowerCase()
  return name === undefined || name === '' || name === 'identity' ? null : CODINGS.get(name)
}

/** An Accept-Encoding without the codings that cannot be decoded here; the client still gets one that it asked for. */
export function acceptReadable(accept_encoding: string): string {
  const kept = accept_encoding.split(',').filter((item) => {
    const name = item.split(';')[0]!.trim().toLowerCase()
    return name === 'identity' || name === '*' || CODINGS.has(name)
  })
  return kept.length > 0 ? kept.join(',').trim() : 'identity'
}

export type { Coding }
