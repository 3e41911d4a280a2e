import type { Resolved } from '../read/catalog_index.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'
import { Partition, sortPartitions } from './partition.ts'
import type { Identity, Stratum } from './stratum.ts'

/** Whose samples a file holds, and the month of their release. */
type Origin = Pick<Stratum, 'contributor' | 'month'>

/** Adds groups up into strata, so that what the aggregation reads grows with the strata and not with files and lines. */
export class StrataCollector {
  readonly #partitions: Map<string, Partition>

  /** @param partitions of a former build, which are added to */
  constructor(partitions: readonly Partition[] = []) {
    this.#partitions = new Map(partitions.map((partition) => [partition.key, partition]))
  }

  /** @param sign -1 to subtract what was added before */
  add(origin: Origin, group: ScannedGroup, known: Resolved, sign: 1 | -1 = 1): void {
    const identity = identify(origin, group, known)
    const { model_id } = identity
    const partition = this.#partitions.get(model_id) ?? new Partition(model_id)
    this.#partitions.set(model_id, partition)
    partition.add(identity, group.lines, group.bins, sign)
  }

  /** The partitions that hold lines, in order of their keys. */
  partitions(): Partition[] {
    return sortPartitions([...this.#partitions.values()].filter((partition) => !partition.isEmpty()))
  }
}

function identify(
  { contributor, month }: Origin,
  { fixed, prompt_bucket, concurrency_bucket }: ScannedGroup,
  { model, gpu, engine, quantization }: Resolved,
): Identity {
  return {
    contributor,
    host: fixed.host_id ?? '',
    model_id: model.id,
    model_slug: model.slug,
    quantization,
    gpu_id: gpu.id,
    gpu_count: fixed.gpu_count ?? 1,
    engine,
    engine_version: fixed.engine_version,
    // A sample that does not state its type ran under unknown load: never counted as single-user speed.
    measurement_type: fixed.measurement_type ?? 'batched_online',
    concurrency_bucket,
    engine_backend: fixed.engine_backend ?? 'unknown',
    prompt_bucket,
    month,
    exit: fixed.exit,
    first_token_counts: fixed.cold_start !== true && (fixed.streamed !== false || fixed.timing_source === 'engine'),
    tokens_count: fixed.tokens_estimated !== true,
  }
}
