import type { BenchmarkRun } from '../../../contracts/benchmark_run.ts'
import { METRICS, type Metric, PROMPT_BUCKETS, promptBucket } from '../../../contracts/metrics.ts'
import type { Resolved } from '../../../contracts/name_index.ts'
import type { TelemetryEvent } from '../../../contracts/telemetry_event.ts'
import { measureSample } from './measure_sample.ts'
import type { Configuration, Spread } from './reference.ts'

/** The samples of one configuration of the machine. */
export interface OwnGroup extends Configuration {
  samples: number
  ok: number
  versions: string[]
  buckets: string[]
  figures: Partial<Record<Metric, Spread>>
}

interface Counted extends Configuration {
  samples: number
  ok: number
  versions: Set<string>
  buckets: Set<string>
  values: Record<Metric, number[]>
}

/** Adds samples and runs up by configuration. */
export class GroupTally {
  readonly #groups = new Map<string, Counted>()

  add(line: TelemetryEvent | BenchmarkRun, known: Resolved): void {
    const configuration = configurationOf(line, known)
    const key = Object.values(configuration).join('\n')
    const group = this.#groups.get(key) ?? emptyGroup(configuration)
    this.#groups.set(key, group)
    group.samples++
    if (line.exit === 'ok') group.ok++
    group.versions.add(line.engine_version)
    group.buckets.add(promptBucket(line.tokens_in ?? Number.NaN))
    for (const [metric, value] of Object.entries(measureSample(line))) group.values[metric as Metric].push(value)
  }

  /** The groups, most samples first. */
  groups(): OwnGroup[] {
    return [...this.#groups.values()].map(summarise).sort((a, b) => b.samples - a.samples)
  }
}

/** By the rule of the pipeline: a sample without a measurement type ran under unknown load, so it counts as batched. */
function configurationOf(
  line: TelemetryEvent | BenchmarkRun,
  { model, gpu, engine, quantization }: Resolved,
): Configuration {
  const type = line.measurement_type ?? 'batched_online'
  return { model: model.slug, quantization, gpu: gpu.id, gpuCount: line.gpu_count ?? 1, engine, type }
}

function emptyGroup(configuration: Configuration): Counted {
  const values = Object.fromEntries(METRICS.map((metric) => [metric, []])) as unknown as Counted['values']
  return { ...configuration, samples: 0, ok: 0, versions: new Set(), buckets: new Set(), values }
}

function summarise({ values, versions, buckets, ...group }: Counted): OwnGroup {
  const figures: OwnGroup['figures'] = {}
  for (const metric of METRICS) {
    const spread = spreadOf(values[metric])
    if (spread) figures[metric] = spread
  }
  return {
    ...group,
    versions: [...versions].sort(),
    buckets: PROMPT_BUCKETS.filter((bucket) => buckets.has(bucket)),
    figures,
  }
}

/** The quartiles by nearest rank. Undefined if there are no values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  const at = (q: number) => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!
  return { n: sorted.length, p25: at(0.25), p50: at(0.5), p75: at(0.75) }
}
