import type { CacheFolder } from '../cache/cache_folder.ts'
import { type Partition, partitionKeyOf } from '../strata/partition.ts'
import type { AggregateOptions } from './aggregates.ts'
import { type PackedResult, type PartitionResult, packResult, unpackResult } from './partition_result.ts'

/** Results of former builds, each under a hash of all that it follows from. */
export class ResultCache {
  readonly #cache: CacheFolder | null
  readonly #policy: string
  readonly #withdrawn: Map<string, unknown>

  constructor({ cache, policy, withdrawn }: AggregateOptions) {
    this.#cache = cache?.isKept ? cache : null
    this.#policy = JSON.stringify(policy)
    this.#withdrawn = Map.groupBy(withdrawn, partitionKeyOf)
  }

  get(partition: Partition): PartitionResult | null {
    const packed = this.#cache?.read<PackedResult>(this.#nameOf(this.#cache, partition)) ?? null
    return packed && unpackResult(packed)
  }

  /** Keeps a result for later builds; returns it with the hash of its content. */
  async put(partition: Partition, result: PartitionResult): Promise<PartitionResult> {
    if (this.#cache === null) return result
    const packed = packResult(result)
    await this.#cache.write(this.#nameOf(this.#cache, partition), packed)
    return { ...result, fingerprint: packed.fingerprint }
  }

  #nameOf(cache: CacheFolder, { key, fingerprint }: Partition): string {
    const withdrawn = JSON.stringify(this.#withdrawn.get(key) ?? [])
    return cache.nameOf('result', this.#policy, withdrawn, fingerprint)
  }
}
