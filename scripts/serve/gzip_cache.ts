import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const compress = promisify(gzip)

/**
 * Compressed bytes by file, made on first request and kept until the file changes. Requests that come while a file is
 * being compressed wait for the same bytes. Nothing is evicted: a site build is small enough to be held compressed.
 */
export class GzipCache {
  #entries = new Map<string, { version: string; bytes: Promise<Buffer> }>()

  /** The gzip form of the file; reads and compresses it where `version` (its ETag) is new. */
  get(path: string, version: string): Promise<Buffer> {
    const known = this.#entries.get(path)
    if (known?.version === version) return known.bytes
    const bytes = readFile(path).then((raw) => compress(raw, { level: 6 }))
    this.#entries.set(path, { version, bytes })
    bytes.catch(() => this.#entries.delete(path))
    return bytes
  }
}
