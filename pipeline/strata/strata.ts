import type { Resolved } from '../read/catalog_index.ts'
import type { DataFile } from '../read/discover.ts'
import type { Representative } from '../review/representative.ts'
import type { ScannedGroup } from '../scan/group_counter.ts'
import { familyKeyOf, type Identity, StrataFamily, sortFamilies } from './strata_family.ts'
import type { Stratum } from './stratum.ts'

/** Adds groups up into strata, so that what the aggregation reads grows with the strata and not with files and lines. */
export class StrataCollector {
  readonly #families: Map<string, StrataFamily>
  readonly #publishedMonth: Map<string, string>

  /** @param families of a former build, which are added to */
  constructor(publishedMonth: Map<string, string>, families: readonly StrataFamily[] = []) {
    this.#publishedMonth = publishedMonth
    this.#families = new Map(families.map((family) => [family.key, family]))
  }

  /** @param sign -1 to take back what was added before */
  add(file: DataFile, group: ScannedGroup, representative: Representative, known: Resolved, sign: 1 | -1 = 1): void {
    const identity = this.#identify(file, group, representative, known)
    const key = familyKeyOf(identity)
    const family = this.#families.get(key) ?? new StrataFamily(key)
    this.#families.set(key, family)
    family.add(identity, group.lines, group.bins, sign)
  }

  /** The families that hold lines, in order of their keys. */
  families(): StrataFamily[] {
    return sortFamilies([...this.#families.values()].filter((family) => !family.isEmpty()))
  }

  #identify(
    file: DataFile,
    group: ScannedGroup,
    representative: Representative,
    { model, gpu, engine, quantization }: Resolved,
  ): Identity {
    return {
      kind: file.kind,
      source: file.kind === 'curated' ? file.owner : 'community',
      contributor: file.owner,
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
