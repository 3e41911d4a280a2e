import type { DataFile } from '../read/discover.ts'
import type { Resolved } from './catalog_index.ts'
import type { ScannedGroup } from './group_counter.ts'
import type { Representative } from './representative.ts'

/** Accepted lines of one contributor that are alike in everything that the published tables tell apart. */
export interface Stratum {
  kind: DataFile['kind']
  /** Source id; `community` for community lines. */
  source: string
  contributor: string
  model_id: string
  model_slug: string
  quantization: string
  gpu_id: string
  gpu_count: number
  engine: string
  engine_version: string
  measurement_type: string
  prompt_bucket: string
  month: string
  exit: string
  /** Whether first_token_ms is the time of a first token on a loaded model. */
  first_token_counts: boolean
  /** Whether tokens_out is the engine's own count. */
  tokens_count: boolean
  lines: number
  /** Count by bin: see BinCounter. */
  bins: Map<number, number>
}

/** Adds groups up into strata, so that what the aggregation reads grows with the strata and not with files and lines. */
export class StrataCollector {
  readonly #strata = new Map<string, Stratum>()
  readonly #publishedMonth: Map<string, string>

  constructor(publishedMonth: Map<string, string>) {
    this.#publishedMonth = publishedMonth
  }

  /** @param sign -1 to take back what was added before */
  add(file: DataFile, group: ScannedGroup, representative: Representative, known: Resolved, sign: 1 | -1 = 1): void {
    const identity = this.#identify(file, group, representative, known)
    const key = Object.values(identity).join('\n')
    const stratum = this.#strata.get(key)
    if (!stratum) this.#strata.set(key, { ...identity, lines: group.lines, bins: addBins(new Map(), group.bins, sign) })
    else {
      stratum.lines += sign * group.lines
      addBins(stratum.bins, group.bins, sign)
    }
  }

  /** The strata in an order that does not depend on which file was read first. */
  strata(): Stratum[] {
    const counted = [...this.#strata].filter(([, { lines }]) => lines > 0)
    return counted.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stratum]) => stratum)
  }

  #identify(
    file: DataFile,
    group: ScannedGroup,
    representative: Representative,
    { model, gpu, engine, quantization }: Resolved,
  ): Omit<Stratum, 'lines' | 'bins'> {
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

/** Adds pairs of a bin and its count; a bin that comes to hold nothing goes. */
function addBins(bins: Map<number, number>, pairs: Int32Array, sign: 1 | -1): Map<number, number> {
  for (let i = 0; i < pairs.length; i += 2) {
    const count = (bins.get(pairs[i]!) ?? 0) + sign * pairs[i + 1]!
    if (count === 0) bins.delete(pairs[i]!)
    else bins.set(pairs[i]!, count)
  }
  return bins
}
