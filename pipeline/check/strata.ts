import type { DataFile } from '../read/discover.ts'
import type { Resolved } from './catalog_index.ts'
import type { Bins } from './measure.ts'
import type { Representative } from './representative.ts'
import type { ScannedGroup } from './scan_bytes.ts'

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
  cold_start: boolean
  lines: number
  bins: Bins
}

/** Adds groups up into strata, so that what the aggregation reads grows with the strata and not with files and lines. */
export class StrataCollector {
  readonly #strata = new Map<string, Stratum>()
  readonly #publishedMonth: Map<string, string>

  constructor(publishedMonth: Map<string, string>) {
    this.#publishedMonth = publishedMonth
  }

  add(file: DataFile, group: ScannedGroup, representative: Representative, known: Resolved): void {
    const identity = this.#identify(file, group, representative, known)
    const key = Object.values(identity).join('\n')
    const stratum = this.#strata.get(key)
    if (!stratum) {
      this.#strata.set(key, { ...identity, lines: group.lines, bins: group.bins })
      return
    }
    stratum.lines += group.lines
    for (const [bin, n] of group.bins) stratum.bins.set(bin, (stratum.bins.get(bin) ?? 0) + n)
  }

  /** The strata in an order that does not depend on which file was read first. */
  strata(): Stratum[] {
    return [...this.#strata].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stratum]) => stratum)
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
      cold_start: 'cold_start' in representative && representative.cold_start === true,
    }
  }
}
