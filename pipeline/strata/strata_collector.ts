import type { Resolved } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import type { Representative } from '../review/representative.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'
import { type Identity, Partition, partitionKeyOf, sortPartitions } from './partition.ts'
import type { Stratum } from './stratum.ts'

/** Adds groups up into strata, so that what the aggregation reads grows with the strata and not with files and lines. */
export class StrataCollector {
  readonly #partitions: Map<string, Partition>
  readonly #publishedMonth: Map<string, string>

  /** @param partitions of a former build, which are added to */
  constructor(publishedMonth: Map<string, string>, partitions: readonly Partition[] = []) {
    this.#publishedMonth = publishedMonth
    this.#partitions = new Map(partitions.map((partition) => [partition.key, partition]))
  }

  /** @param sign -1 to take back what was added before */
  add(file: DataFile, group: ScannedGroup, representative: Representative, known: Resolved, sign: 1 | -1 = 1): void {
    // Published benchmarks are not samples.
    if (file.kind === 'curated') return
    const identity = this.#identify(file, group, representative, known)
    const key = partitionKeyOf(identity)
    const partition = this.#partitions.get(key) ?? new Partition(key)
    this.#partitions.set(key, partition)
    partition.add(identity, group.lines, group.bins, sign)
  }

  /** The partitions that hold lines, in order of their keys. */
  partitions(): Partition[] {
    return sortPartitions([...this.#partitions.values()].filter((partition) => !partition.isEmpty()))
  }

  #identify(
    file: DataFile,
    group: ScannedGroup,
    representative: Representative,
    { model, gpu, engine, quantization }: Resolved,
  ): Identity {
    return {
      contributor: file.owner,
      host: 'host_id' in representative ? (representative.host_id ?? '') : '',
      model_id: model.id,
      model_slug: model.slug,
      quantization,
      gpu_id: gpu.id,
      gpu_count: representative.gpu_count ?? 1,
      engine,
      engine_version: representative.engine_version,
      // A sample that does not state its type ran under unknown load: never counted as single-user speed.
      measurement_type: representative.measurement_type ?? 'batched_online',
      prompt_bucket: group.prompt_bucket,
      month: file.month ?? group.last_day?.slice(0, 7) ?? this.#publishedMonth.get(file.owner) ?? 'unknown',
      exit: representative.exit,
      ...whatCounts(representative),
    }
  }
}

/** Curated rows have none of these members: what they state counts. */
function whatCounts(line: Representative): Pick<Stratum, 'first_token_counts' | 'tokens_count'> {
  if (!('job_id' in line)) return { first_token_counts: true, tokens_count: true }
  return {
    first_token_counts: line.cold_start !== true && (line.streamed !== false || line.timing_source === 'engine'),
    tokens_count: line.tokens_estimated !== true,
  }
}
