import { createHash } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import { mergePairs } from '../scan/bin_counter.ts'
import { type Identity, STRATUM_KEYS, type Stratum } from './stratum.ts'

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
  #packed: Stratum[] | null
  #sealed: SealedPartition | null = null

  /** @param strata no two of which are alike; null where a sealed form has them */
  constructor(key: string, strata: readonly Stratum[] | null = []) {
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
    this.#counted ??= new Map(this.packed().map((stratum) => [keyOf(stratum), { ...stratum }]))
    this.#packed = this.#sealed = null
    const key = keyOf(identity)
    const stratum = this.#counted.get(key) ?? { ...identity, lines: 0, pairs: new Int32Array() }
    this.#counted.set(key, stratum)
    stratum.lines += sign * lines
    stratum.pairs = mergePairs(stratum.pairs, pairs, sign)
  }

  /** The strata that hold lines, in an order that does not depend on which file was read first. */
  packed(): Stratum[] {
    this.#packed ??=
      this.#counted === null
        ? (deserialize(this.#sealed!.bytes) as Stratum[])
        : sortStrata([...this.#counted.values()].filter(({ lines }) => lines > 0))
    return this.#packed
  }

  /** Whether the partition holds no line. */
  isEmpty(): boolean {
    return this.#counted !== null && this.packed().length === 0
  }
}

/** Strata no two of which are alike, by partition, in order of the keys. */
export function partitionsOf(strata: readonly Stratum[]): Partition[] {
  const byModel = Map.groupBy(strata, ({ model_id }) => model_id)
  return sortPartitions([...byModel].map(([key, own]) => new Partition(key, own)))
}

/** Partitions in order of their keys. */
export function sortPartitions(partitions: Partition[]): Partition[] {
  return partitions.sort((a, b) => (a.key < b.key ? -1 : 1))
}

function sortStrata(strata: readonly Stratum[]): Stratum[] {
  const keyed = strata.map((stratum) => ({ key: keyOf(stratum), stratum }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ stratum }) => stratum)
}

function keyOf(stratum: Identity): string {
  return STRATUM_KEYS.map((key) => stratum[key]).join('\n')
}
