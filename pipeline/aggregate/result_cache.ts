import type { CacheFolder } from '../cache/cache_folder.ts'
import { type Partition, partitionKeyOf } from '../strata/partition.ts'
import type { AggregateOptions } from './aggregates.ts'
import { type PartitionResult, packResult, unpackResult } from './partition_result.ts'

/** Results of former builds, under a hash of all that they follow from. */
export class ResultCache {
  readonly #cache: CacheFolder | null
  readonly #policy: string
  readonly #withdrawn: Map<string, unknown>

  constructor({ cache, policy, withdrawn }: AggregateOptions) {
    this.#cache = cache?.isKept ? cache : null
    this.#policy = JSON.stringify(policy)
    this.#withdrawn = Map.groupBy(withdrawn, partitionKeyOf)
  }

  /** The hash under which the result of a partition is kept; null where none is kept. */
  fingerprint({ key, fingerprint }: Partition): string | null {
    const withdrawn = JSON.stringify(this.#withdrawn.get(key) ?? [])
    return this.#cache?.nameOf('result', this.#policy, withdrawn, fingerprint) ?? null
  }

  get(fingerprint: string | null): PartitionResult | null {
    const entry = fingerprint === null ? null : this.#cache!.read(fingerprint)
    return entry && unpackResult(entry.head, entry.parts[0]!)
  }

  async put(fingerprint: string | null, result: PartitionResult): Promise<void> {
    if (fingerprint === null) return
    const { head, bytes } = packResult(result)
    await this.#cache!.write(fingerprint, head, [bytes])
  }
}
