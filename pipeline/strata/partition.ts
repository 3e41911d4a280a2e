import { createHash } from 'node:crypto'
import type { Stratum } from './stratum.ts'

/** A stratum with its bins and their counts one after the other, in order of the bins. */
export type PackedStratum = Omit<Stratum, 'bins'> & { pairs: Int32Array }

/** What tells a stratum from others. */
export type Identity = Omit<Stratum, 'lines' | 'bins'>

/**
 * Strata that may come to lie in one published cell or matrix row. No figure depends on the strata of two partitions, so that a build needs
 * to look only at the partitions that changed. Named by what a matrix row is named by, but for the engine, which may become `any`.
 */
export class Partition {
  readonly key: string
  /** Strata that were added to, and those that were not, by key. */
  readonly #counted = new Map<string, Stratum>()
  #others: Map<string, PackedStratum> | null = new Map()
  #packed: PackedStratum[] | null = null
  #fingerprint: string | null = null
  #load: (() => PackedStratum[]) | null = null

  constructor(key: string) {
    this.key = key
  }

  /** A partition of a former build, whose strata are read when they are needed. */
  static sealed(key: string, fingerprint: string, load: () => PackedStratum[]): Partition {
    const partition = new Partition(key)
    partition.#others = null
    partition.#fingerprint = fingerprint
    partition.#load = load
    return partition
  }

  /** A partition of strata no two of which are alike. */
  static of(key: string, strata: readonly PackedStratum[]): Partition {
    const partition = new Partition(key)
    partition.#others = byIdentity(strata)
    return partition
  }

  /** A hash of all that the partition holds. */
  get fingerprint(): string {
    this.#fingerprint ??= hashStrata(this.packed())
    return this.#fingerprint
  }

  /** @param sign -1 to take back what was added before */
  add(identity: Identity, lines: number, pairs: Int32Array, sign: 1 | -1): void {
    this.#packed = this.#fingerprint = null
    const stratum = this.#open(identity)
    stratum.lines += sign * lines
    addBins(stratum.bins, pairs, sign)
  }

  /** Whether the partition holds no line. */
  isEmpty(): boolean {
    if (this.#others === null) return false
    return this.#others.size === 0 && [...this.#counted.values()].every(({ lines }) => lines === 0)
  }

  /** The strata that hold lines, in an order that does not depend on which file was read first. */
  packed(): PackedStratum[] {
    if (this.#packed === null) {
      const strata = new Map(this.#readOthers())
      for (const [key, stratum] of this.#counted) if (stratum.lines > 0) strata.set(key, packStratum(stratum))
      this.#packed = [...strata].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stratum]) => stratum)
    }
    return this.#packed
  }

  /** The stratum to add to. */
  #open(identity: Identity): Stratum {
    const key = keyOf(identity)
    const open = this.#counted.get(key)
    if (open) return open
    const others = this.#readOthers()
    const known = others.get(key)
    const stratum = known ? unpackStratum(known) : { ...identity, lines: 0, bins: new Map<number, number>() }
    others.delete(key)
    this.#counted.set(key, stratum)
    return stratum
  }

  #readOthers(): Map<string, PackedStratum> {
    this.#others ??= byIdentity(this.#load!())
    return this.#others
  }
}

/** What a partition is named by: strata have it, withdrawn cells, and every row that is published of them. */
export type PartitionName = Pick<Stratum, 'model_id' | 'quantization' | 'gpu_id' | 'gpu_count' | 'measurement_type'>

/** The key of the partition that a stratum or a row belongs to. */
export function partitionKeyOf(name: PartitionName): string {
  return [name.model_id, name.quantization, name.gpu_id, name.gpu_count, name.measurement_type].join(' ')
}

/** Strata by partition, in order of the keys. */
export function groupPartitions(strata: readonly Stratum[]): Partition[] {
  const partitions = new Map<string, Partition>()
  for (const { lines, bins, ...identity } of strata) {
    const key = partitionKeyOf(identity)
    const partition = partitions.get(key) ?? new Partition(key)
    partitions.set(key, partition)
    partition.add(identity, lines, Int32Array.from([...bins].flat()), 1)
  }
  return sortPartitions([...partitions.values()])
}

/** Strata no two of which are alike, by partition, in order of the keys. */
export function groupPacked(strata: readonly PackedStratum[]): Partition[] {
  const byKey = Map.groupBy(strata, partitionKeyOf)
  return sortPartitions([...byKey].map(([key, own]) => Partition.of(key, own)))
}

/** Partitions in order of their keys. */
export function sortPartitions(partitions: Partition[]): Partition[] {
  return partitions.sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** A stratum as it is aggregated. */
export function packStratum({ bins, ...rest }: Stratum): PackedStratum {
  return { ...rest, pairs: sortPairs(bins) }
}

/** A stratum as it is counted. */
export function unpackStratum({ pairs, ...rest }: PackedStratum): Stratum {
  return { ...rest, bins: addBins(new Map(), pairs, 1) }
}

/** A hash of all that strata hold. */
export function hashStrata(strata: readonly PackedStratum[]): string {
  const hash = createHash('sha256')
  for (const { pairs, ...rest } of strata)
    hash.update(JSON.stringify([rest, pairs.length])).update(asBytes(pairs as Int32Array<ArrayBuffer>))
  return hash.digest('hex')
}

/** Numbers up to 2^53 hold bin and count side by side, and sort ten times as fast as pairs. */
const COUNTS = 2 ** 32

function sortPairs(bins: Map<number, number>): Int32Array {
  const joined = new Float64Array(bins.size)
  let at = 0
  for (const [bin, count] of bins) joined[at++] = bin * COUNTS + count
  joined.sort()
  const pairs = new Int32Array(2 * joined.length)
  for (let i = 0; i < joined.length; i++) {
    pairs[2 * i] = Math.floor(joined[i]! / COUNTS)
    pairs[2 * i + 1] = joined[i]! % COUNTS
  }
  return pairs
}

function keyOf(identity: Identity): string {
  return Object.values(identity).join('\n')
}

function byIdentity(strata: readonly PackedStratum[]): Map<string, PackedStratum> {
  return new Map(strata.map((stratum) => [keyOf(identityOf(stratum)), stratum]))
}

function identityOf({ lines: _, pairs: __, ...identity }: PackedStratum): Identity {
  return identity
}

/** Adds pairs of a bin and its count; a bin that comes to hold nothing goes. */
function addBins(bins: Map<number, number>, pairs: Int32Array, sign: 1 | -1): Map<number, number> {
  for (let i = 0; i < pairs.length; i += 2) {
    const count = (bins.get(pairs[i]!) ?? 0) + sign * pairs[i + 1]!
    if (count === 0) bins.delete(pairs[i]!)
    else bins.set(pairs[i]!, count)
  }
  return bins
}

function asBytes({ buffer, byteOffset, byteLength }: Int32Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
