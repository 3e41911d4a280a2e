import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { CacheLost } from './cache_folder.ts'
import { bucketBits, collectRepeated, LEAST_FINE_BITS, orderIds, orderStretch } from './id_buckets.ts'
import { countPieces, FilterReader, FilterWriter, filterBytes } from './id_filter.ts'

/**
 * A file of ids in order of their first bits. Behind the ids come a filter, then where each bucket begins, the checksum of each, and those of
 * the pieces of the filter, then a tail: magic, checksum of what is between filter and tail, bits of the buckets, number of ids.
 */

const MAGIC = 0x5344494f
const TAIL_BYTES = 16
/** A bucket of a file joins as many of those that are looked through as a stretch surely holds, so that there are fewer places to note. */
const JOINED_BITS = LEAST_FINE_BITS
/** Ids that are looked up are ordered by so many first bits at least: then a piece of the filter is read once. */
const LOOKED_UP_BITS = 9

/** What writing found. */
export interface WrittenRun {
  ids: number
  repeated: Set<bigint>
}

/** Writes ids to a file at `path`, where it is not null, and finds those that come more than once. */
export function writeRun(parts: readonly BigUint64Array<ArrayBuffer>[], path: string | null): WrittenRun {
  const ids = parts.reduce((sum, { length }) => sum + length, 0)
  const bits = bucketBits(ids)
  const repeated = new Set<bigint>()
  const index = new IndexWriter(Math.max(bits - JOINED_BITS, 0), ids)
  const filter = new FilterWriter(path === null ? 0 : ids)
  const descriptor = path === null ? null : openSync(path, 'wx', 0o600)
  try {
    for (const { words, starts } of orderIds(parts, bits)) {
      collectRepeated(words, starts, repeated)
      if (descriptor === null) continue
      index.add(words, starts, Math.min(bits, JOINED_BITS))
      filter.add(words)
      writeWhole(descriptor, asBytes(words))
    }
    if (descriptor !== null)
      for (const piece of [filter.bytes(), ...index.pieces(filter)]) writeWhole(descriptor, piece)
  } finally {
    if (descriptor !== null) closeSync(descriptor)
  }
  return { ids, repeated }
}

class IndexWriter {
  readonly #bits: number
  readonly #ids: number
  /** Where each bucket begins, then the checksum of each, then those of the filter. */
  readonly #numbers: Uint32Array<ArrayBuffer>
  #buckets = 0
  #at = 0

  constructor(bits: number, ids: number) {
    this.#bits = bits
    this.#ids = ids
    this.#numbers = new Uint32Array(2 * 2 ** bits + countPieces(ids))
  }

  /** @param joined bits of the buckets in `starts` that those of the file do without */
  add(words: Uint32Array<ArrayBuffer>, starts: Uint32Array, joined: number): void {
    const bytes = asBytes(words)
    for (let i = 0; i + 1 < starts.length; i += 2 ** joined) {
      const [from, to] = [starts[i]!, starts[Math.min(i + 2 ** joined, starts.length - 1)]!]
      this.#numbers[this.#buckets] = this.#at + from
      this.#numbers[2 ** this.#bits + this.#buckets] = crc32(bytes.subarray(8 * from, 8 * to))
      this.#buckets++
    }
    this.#at += words.length / 2
  }

  pieces(filter: FilterWriter): Uint8Array[] {
    this.#numbers.set(filter.checksums(), 2 * 2 ** this.#bits)
    const numbers = asBytes(this.#numbers)
    return [numbers, asBytes(Uint32Array.of(MAGIC, crc32(numbers), this.#bits, this.#ids))]
  }
}

/** A run that was written before. */
export class RunReader {
  readonly ids: number
  readonly #descriptor: number
  readonly #bits: number
  readonly #numbers: Uint32Array<ArrayBuffer>
  readonly #filter: FilterReader | null
  #room = new Uint8Array()
  #lastBucket = -1
  #lastWords = new Uint32Array()

  /** Throws CacheLost where the file is not what was written. */
  constructor(path: string) {
    this.#descriptor = openOrLose(path)
    const size = fstatSync(this.#descriptor).size
    if (size < TAIL_BYTES) throw lost()
    const [magic, checksum, bits, ids] = this.#read(size - TAIL_BYTES, TAIL_BYTES / 4)
    if (magic !== MAGIC || bits! > 30) throw lost()
    const count = 2 * 2 ** bits! + countPieces(ids!)
    const filterEnd = 8 * ids! + filterBytes(ids!)
    if (size !== filterEnd + 4 * count + TAIL_BYTES) throw lost()
    this.#numbers = this.#read(filterEnd, count)
    if (crc32(asBytes(this.#numbers)) !== checksum) throw lost()
    this.#bits = bits!
    this.ids = ids!
    this.#filter = this.#openFilter()
  }

  #openFilter(): FilterReader | null {
    if (filterBytes(this.ids) === 0) return null
    const read = (at: number, bytes: Uint8Array) => this.#fill(bytes, 8 * this.ids + at)
    return new FilterReader(this.ids, read, this.#numbers.subarray(2 * 2 ** this.#bits), lost)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  /** Whether the run holds any of some ids. Reads only the buckets that they may lie in, and lets others work between two stretches. */
  async holdsAny(parts: readonly BigUint64Array<ArrayBuffer>[]): Promise<boolean> {
    const count = parts.reduce((sum, { length }) => sum + length, 0)
    for (const { words } of orderIds(parts, Math.max(bucketBits(count), LOOKED_UP_BITS))) {
      for (let i = 0; i < words.length; i += 2) if (this.#holds(words[i]!, words[i + 1]!)) return true
      await setImmediate()
    }
    return false
  }

  #holds(low: number, high: number): boolean {
    if (this.#filter !== null && !this.#filter.mayHold(low, high)) return false
    const bucket = this.#readBucket(this.#bits === 0 ? 0 : high >>> (32 - this.#bits))
    for (let i = 0; i < bucket.length; i += 2) if (bucket[i] === low && bucket[i + 1] === high) return true
    return false
  }

  /** The words of the ids whose first `bits` bits are `prefix`. */
  readPrefix(prefix: number, bits: number): Uint32Array<ArrayBuffer> {
    if (bits <= this.#bits) {
      const buckets = 2 ** (this.#bits - bits)
      return this.#readBuckets(prefix * buckets, (prefix + 1) * buckets)
    }
    const bucket = prefix >>> (bits - this.#bits)
    const words = this.#readBuckets(bucket, bucket + 1)
    return words.filter((_, i) => words[i | 1]! >>> (32 - bits) === prefix)
  }

  /** Every id. */
  readAll(): BigUint64Array<ArrayBuffer> {
    return new BigUint64Array(this.readPrefix(0, 0).buffer)
  }

  /** One bucket, into memory that is used again for the next. */
  #readBucket(bucket: number): Uint32Array<ArrayBuffer> {
    if (bucket !== this.#lastBucket) {
      const from = this.#startOf(bucket)
      const length = 8 * (this.#startOf(bucket + 1) - from)
      if (this.#room.length < length) this.#room = new Uint8Array(2 * length)
      const bytes = this.#room.subarray(0, length)
      this.#fill(bytes, 8 * from)
      if (crc32(bytes) !== this.#numbers[2 ** this.#bits + bucket]) throw lost()
      this.#lastBucket = bucket
      this.#lastWords = new Uint32Array(this.#room.buffer, 0, length / 4)
    }
    return this.#lastWords
  }

  #readBuckets(from: number, to: number): Uint32Array<ArrayBuffer> {
    const start = this.#startOf(from)
    const words = this.#read(8 * start, 2 * (this.#startOf(to) - start))
    const bytes = asBytes(words)
    for (let bucket = from; bucket < to; bucket++) {
      const [first, end] = [this.#startOf(bucket) - start, this.#startOf(bucket + 1) - start]
      if (crc32(bytes.subarray(8 * first, 8 * end)) !== this.#numbers[2 ** this.#bits + bucket]) throw lost()
    }
    return words
  }

  #startOf(bucket: number): number {
    return bucket === 2 ** this.#bits ? this.ids : this.#numbers[bucket]!
  }

  #read(at: number, count: number): Uint32Array<ArrayBuffer> {
    const words = new Uint32Array(count)
    this.#fill(asBytes(words), at)
    return words
  }

  #fill(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#descriptor, bytes, done, bytes.length - done, at + done)
      if (read === 0) throw lost()
      done += read
    }
  }
}

/** Bits of the stretches in which runs are compared. */
const COMPARED_BITS = 9

/** The ids that more than one run holds, or one run more than once. Takes the memory of one stretch of each. */
export function findRepeated(runs: readonly RunReader[]): Set<bigint> {
  const repeated = new Set<bigint>()
  const bits = bucketBits(runs.reduce((sum, run) => sum + run.ids, 0))
  const compared = Math.min(COMPARED_BITS, bits)
  const starts = new Uint32Array(2 ** (bits - compared) + 1)
  for (let prefix = 0; prefix < 2 ** compared; prefix++) {
    const words = joinWords(runs.map((run) => run.readPrefix(prefix, compared)))
    const ordered = new Uint32Array(words.length)
    orderStretch(words, compared, bits - compared, ordered, starts)
    collectRepeated(ordered, starts, repeated)
  }
  return repeated
}

function joinWords(parts: readonly Uint32Array[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    words.set(part, at)
    at += part.length
  }
  return words
}

function asBytes({ buffer, byteOffset, byteLength }: Uint32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
}

function openOrLose(path: string): number {
  try {
    return openSync(path, 'r')
  } catch {
    throw lost()
  }
}

function lost(): CacheLost {
  return new CacheLost('the ids of a former build are gone or damaged')
}
