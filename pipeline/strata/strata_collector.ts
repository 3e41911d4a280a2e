import type { Resolved } from '../read/catalog_index.ts'
import { mergePairs } from '../scan/bin_counter.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'
import { type Identity, STRATUM_KEYS, type Stratum } from './stratum.ts'

/** The strata of one model. No figure depends on those of two, so that a build needs to look only at the partitions that changed. */
export interface Partition {
  key: string
  /** In an order that does not depend on which file was read first. */
  strata: Stratum[]
}

/** Whose samples a file holds, and the month of their release. */
type Origin = Pick<Stratum, 'contributor' | 'month'>

/** Adds groups up into strata, so that what the aggregation reads grows with the strata and not with files and lines. */
export class StrataCollector {
  /** By model, then by what tells strata apart. */
  readonly #models: Map<string, Map<string, Stratum>>
  /** The models of which anything was added. */
  readonly changed = new Set<string>()

  /** @param partitions of a former build, which are added to */
  constructor(partitions: readonly Partition[] = []) {
    this.#models = new Map(
      partitions.map(({ key, strata }) => [key, new Map(strata.map((stratum) => [keyOf(stratum), stratum]))]),
    )
  }

  add(origin: Origin, group: ScannedGroup, known: Resolved, sign: 1 | -1 = 1): void {
    const identity = identify(origin, group, known)
    const { model_id } = identity
    const strata = this.#models.get(model_id) ?? new Map<string, Stratum>()
    this.#models.set(model_id, strata)
    this.changed.add(model_id)
    const key = keyOf(identity)
    const stratum = strata.get(key) ?? { ...identity, lines: 0, pairs: new Int32Array() }
    strata.set(key, stratum)
    stratum.lines += sign * group.lines
    stratum.pairs = mergePairs(stratum.pairs, group.bins, sign)
  }

  /** The partitions that hold lines, in order of their keys. */
  partitions(): Partition[] {
    return partitionsOf([...this.#models.values()].flatMap((strata) => [...strata.values()]))
  }
}

/** Strata no two of which are alike, without those that hold no lines, by partition, in order of the keys. */
export function partitionsOf(strata: readonly Stratum[]): Partition[] {
  const filled = strata.filter(({ lines }) => lines > 0).map((stratum) => ({ key: keyOf(stratum), stratum }))
  const sorted = filled.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ stratum }) => stratum)
  const byModel = Map.groupBy(sorted, ({ model_id }) => model_id)
  return [...byModel].map(([key, own]) => ({ key, strata: own })).sort((a, b) => (a.key < b.key ? -1 : 1))
}

function keyOf(stratum: Identity): string {
  return STRATUM_KEYS.map((key) => stratum[key]).join('\n')
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
