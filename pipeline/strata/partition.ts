import { createHash } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import { type Identity, STRATUM_KEYS, type Stratum } from './stratum.ts'

/** A stratum with its bins and their counts one after the other, in order of the bins. */
export type PackedStratum = Omit<Stratum, 'bins'> & { pairs: Int32Array }

/** A partition as a later build may open it. */
export interface SealedPartition {
  key: string
  /** A hash of all that it holds. */
  fingerprint: string
  /** Its strata, which are decoded when they are needed. */
  bytes: Uint8Array
}

/** The strata of one model. No figure depends on those of two, so that a build needs to look only at the partitions that changed. */
export class Partition {
  /** The id of the model. */
  readonly key: string
  /** Strata by what tells them from others; null while nothing is added. */
  #counted: Map<string, Stratum> | null = null
  #packed: PackedStratum[] | null
  #sealed: SealedPartition | null = null

  /** @param strata no two of which are alike; null where a sealed form has them */
  constructor(key: string, strata: readonly PackedStratum[] | null = []) {
    this.key = key
    this.#packed = strata && sortStrata(strata)
  }

  static open(sealed: SealedPartition): Partition {
    const partition = new Partition(sealed.key, null)
    partition.#sealed = sealed
    return partition
  }

  seal(): SealedPartition {
    if (this.#sealed === null) {
      const bytes = serialize(this.packed())
      this.#sealed = { key: this.key, fingerprint: createHash('sha256').update(bytes).digest('hex'), bytes }
    }
    return this.#sealed
  }

  /** A hash of all that the partition holds. */
  get fingerprint(): string {
    return this.seal().fingerprint
  }

  /** @param sign -1 to take back what was added before */
  add(identity: Identity, lines: number, pairs: Int32Array, sign: 1 | -1): void {
    this.#counted ??= new Map(this.packed().map((stratum) => [keyOf(stratum), unpackStratum(stratum)]))
    this.#packed = this.#sealed = null
    const key = keyOf(identity)
    const stratum = this.#counted.get(key) ?? { ...identity, lines: 0, bins: new Map<number, number>() }
    this.#counted.set(key, stratum)
    stratum.lines += sign * lines
    addBins(stratum.bins, pairs, sign)
  }

  /** The strata that hold lines, in an order that does not depend on which file was read first. */
  packed(): PackedStratum[] {
    this.#packed ??=
      this.#counted === null
        ? (deserialize(this.#sealed!.bytes) as PackedStratum[])
        : sortStrata([...this.#counted.values()].filter(({ lines }) => lines > 0).map(packStratum))
    return this.#packed
  }

  /** Whether the partition holds no line. */
  isEmpty(): boolean {
    return this.#counted !== null && this.packed().length === 0
  }
}

/** Strata no two of which are alike, by partition, in order of the keys. */
export function partitionsOf(strata: readonly PackedStratum[]): Partition[] {
  const byModel = Map.groupBy(strata, ({ model_id }) => model_id)
  return sortPartitions([...byModel].map(([key, own]) => new Partition(key, own)))
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

function sortStrata(strata: readonly PackedStratum[]): PackedStratum[] {
  const keyed = strata.map((stratum) => ({ key: keyOf(stratum), stratum }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ stratum }) => stratum)
}

function keyOf(stratum: Identity): string {
  return STRATUM_KEYS.map((key) => stratum[key]).join('\n')
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
