import { z } from 'zod'
import { ENGINE_BACKENDS, MEASUREMENT_TYPES } from './fields.ts'
import { CONCURRENCY_BUCKETS } from './load.ts'
import { METRIC_INFO, METRICS, type Metric, PROMPT_BUCKETS } from './metrics.ts'

/**
 * The published tables. Each is a zod object whose key order is the column order; the Arrow schema, the zod check of
 * what is written and the column docs on the site all derive from here.
 */

/** How the counts of community rows are published: see `stepCount`. */
const STEPS = 'of community rows in steps (of 5, from 100 on of two significant digits)'
/** The counts of samples of community rows are one, so that no difference of two tells who has what. */
const LEAST = `${STEPS}, the least that one of the row's figures rests on`

const string = (title: string, description: string) => z.string().meta({ title, description })
const int = (title: string, description: string, unit = '1') => z.int().meta({ title, description, unit })
const float = (title: string, description: string, unit: string) => z.number().meta({ title, description, unit })

/** Where a figure comes from. The two kinds are never mixed in one figure. */
export const KINDS = ['community', 'curated'] as const
/** How much a figure is worth: curated rows show their own n; community rows pass 5 contributors (provisional) and 8 (ranked). */
export const EVIDENCE = ['curated', 'insufficient', 'provisional', 'ranked'] as const

const kind = z
  .enum(KINDS)
  .meta({ title: 'Kind', description: 'community: shared by operators; curated: a published benchmark.' })
const evidence = z.enum(EVIDENCE).meta({
  title: 'Evidence',
  description:
    'curated: shows its own n and source; insufficient: under 5 contributors; provisional: 5 to 7, unranked; ranked: 8 or more.',
})
const stratum = {
  kind,
  source: string('Source', 'Id of the curated source; `community` for community figures.'),
  model_id: string('Model', 'Canonical model id; joins models.'),
  quantization: string('Precision', 'Canonical precision; `unknown` where not stated.'),
  gpu_id: string('GPU', 'Canonical GPU id; joins gpus.'),
  gpu_count: int('GPU count', 'Accelerators that served each task.'),
  engine: string('Engine', 'Canonical engine id; joins engines. `any` where generalised for privacy.'),
}
const measurement_type = z
  .enum(MEASUREMENT_TYPES)
  .meta({ title: 'Measurement type', description: 'Never mixed in one figure.' })
const load = {
  measurement_type,
  concurrency_bucket: z.enum(CONCURRENCY_BUCKETS).meta({
    title: 'Concurrency',
    description: 'Requests served at once, in buckets. `any`: pooled over load; `unknown`: the source does not say.',
  }),
  engine_backend: z.enum([...ENGINE_BACKENDS, 'any', 'unknown']).meta({
    title: 'Engine backend',
    description: 'What the engine computes with. `any`: pooled; `unknown`: the source does not say.',
  }),
}

const STATISTICS = {
  p5: '5th percentile',
  p25: '25th percentile',
  p50: 'Median',
  p75: '75th percentile',
  p95: '95th percentile',
  ci_low: 'Lower end of the 95 % interval of the median',
  ci_high: 'Upper end of the 95 % interval of the median',
} as const
export type Statistic = keyof typeof STATISTICS
export const STATISTIC_NAMES = Object.keys(STATISTICS) as Statistic[]

type MetricColumn = `${Metric}_${Statistic | 'n'}`

function metricColumns(): Record<MetricColumn, z.ZodNullable<z.ZodNumber>> {
  const columns: [string, z.ZodType][] = []
  for (const metric of METRICS) {
    const { title, unit } = METRIC_INFO[metric]
    columns.push([`${metric}_n`, int(`${title}: n`, `Observations that count for this metric; ${LEAST}.`).nullable()])
    for (const [statistic, words] of Object.entries(STATISTICS)) {
      columns.push([
        `${metric}_${statistic}`,
        float(
          `${title}: ${words}`,
          `${words}; exact for curated figures, within 1.083 % for community ones; null where nothing counts, or too few contributors lie on one side.`,
          unit,
        ).nullable(),
      ])
    }
  }
  return Object.fromEntries(columns) as Record<MetricColumn, z.ZodNullable<z.ZodNumber>>
}

const rate = (name: string, words: string) =>
  float(
    `Rate: ${name}`,
    `Share of attempts that ${words}; null for community figures of which fewer contributors than a cell needs had others.`,
    '1',
  ).nullable()

const figures = {
  evidence,
  contributors: int('Contributors', `Independent contributors; 1 for a curated source; ${STEPS}.`),
  samples: int('Observations', `Attempts behind the row; ${LEAST}.`),
  repetitions: int(
    'Repetitions',
    'Runs behind the observations: a curated observation can be the mean of several, a community one is one.',
  ),
  machines: int(
    'Machines',
    'Machines behind a curated row, as far as its source tells them apart; null where it does not, and for community rows, whose contributors are counted.',
  ).nullable(),
  ...metricColumns(),
  ok_rate: rate('ok', 'ended ok'),
  cancel_rate: rate('cancel', 'the client cancelled'),
  error_rate: rate('error', 'failed'),
  reject_rate: rate('reject', 'were not admitted'),
  vram_used_p95_mb: float('Memory: 95th percentile', 'Peak accelerator memory in use.', 'MB').nullable(),
  power_p50_w: float('Power: median', 'Measured board power over all GPUs; null where not measured.', 'W').nullable(),
}

/** What all streams of a deployment got together; null where a source says too little to know it. */
const throughput = {
  output_tps_n: int('Output throughput: n', `Observations whose throughput is known; ${LEAST}.`).nullable(),
  output_tps_p25: float('Output throughput: 25th percentile', 'Of all users together.', 'tok/s').nullable(),
  output_tps_p50: float('Output throughput: median', 'Of all users together.', 'tok/s').nullable(),
  output_tps_p75: float('Output throughput: 75th percentile', 'Of all users together.', 'tok/s').nullable(),
  output_tps_derived: z.boolean().nullable().meta({
    title: 'Output throughput: derived',
    description: 'Whether it follows from concurrency and latency (Little’s law) in at least one observation.',
  }),
}

export const MatrixRow = z
  .strictObject({
    matrix_id: string('Matrix id', 'Identifies the row: stable over releases.'),
    ...stratum,
    ...load,
    ...figures,
    ...throughput,
    engine_versions: string('Engine versions', 'The versions rolled up, separated by blanks.'),
    prompt_buckets: string('Prompt sizes', 'The prompt-size buckets rolled up, separated by blanks.'),
    output_buckets: string(
      'Output sizes',
      'The buckets of tokens_out rolled up, separated by blanks; empty for community rows.',
    ),
    first_month: string('First month', 'Earliest month rolled up, YYYY-MM.'),
    last_month: string('Last month', 'Latest month rolled up, YYYY-MM.'),
  })
  .meta({
    title: 'matrix',
    description:
      'One row per model × precision × GPU × GPU count × engine × measurement type × concurrency × backend × source.',
  })
export type MatrixRow = z.infer<typeof MatrixRow>

export const CellRow = z
  .strictObject({
    cell_id: string('Cell id', 'Identifies the cell: stable over releases.'),
    matrix_id: string('Matrix id', 'The matrix row that the cell is rolled up into.'),
    ...stratum,
    engine_version: string(
      'Engine version',
      'As reported; `any` where generalised for privacy, `unknown` where not stated.',
    ),
    ...load,
    prompt_bucket: z
      .enum(PROMPT_BUCKETS)
      .meta({ title: 'Prompt size', description: 'Bucket of tokens_in; `any` where generalised for privacy.' }),
    month: string('Month', 'Community: month of release. Curated: month of the measurement, or of publication.'),
    ...figures,
  })
  .meta({ title: 'cells', description: 'The published partition: every sample is in exactly one cell.' })
export type CellRow = z.infer<typeof CellRow>

export const ServingRow = z
  .strictObject({
    source: string('Source', 'Id of the curated source; `community` for community figures.'),
    model_id: string('Model', 'Canonical model id; joins models.'),
    quantization: string('Precision', 'Canonical precision; `unknown` where not stated.'),
    gpu_id: string('GPU', 'Canonical GPU id; joins gpus.'),
    gpu_count: int('GPU count', 'Accelerators of the deployment.'),
    engine: string('Engine', 'Canonical engine id; joins engines.'),
    ...load,
    prompt_bucket: z
      .enum(PROMPT_BUCKETS)
      .meta({ title: 'Prompt size', description: 'Bucket of tokens_in; `any` where several are pooled.' }),
    output_bucket: z
      .enum(PROMPT_BUCKETS)
      .meta({ title: 'Output size', description: 'Bucket of tokens_out; `any` for community figures.' }),
    concurrency_p50: float('Concurrency: median', 'Requests served at once.', '1'),
    decode_tps_p50: float('Decode speed: median', 'Of one user.', 'tok/s').nullable(),
    ttft_ms_p50: float('Time to first token: median', 'Queueing included.', 'ms').nullable(),
    output_tps_p50: float('Output throughput: median', 'Of all users together.', 'tok/s'),
    output_tps_per_gpu_p50: float('Output throughput per GPU: median', 'Of all users together.', 'tok/s'),
    output_tps_derived: z.boolean().meta({
      title: 'Derived',
      description: 'Whether throughput follows from concurrency and latency (Little’s law) in at least one run.',
    }),
    power_p50_w: float('Power: median', 'Measured board power over all GPUs.', 'W').nullable(),
    n: int('Observations', `Rows of the source behind the figures; ${LEAST}.`),
    engine_versions: string('Engine versions', 'The versions rolled up, separated by blanks.'),
    first_month: string('First month', 'Earliest month rolled up, YYYY-MM.'),
    last_month: string('Last month', 'Latest month rolled up, YYYY-MM.'),
  })
  .meta({
    title: 'serving',
    description:
      'What a deployment delivers under load: one row per configuration × prompt and output size × concurrency × source, for all configurations that were measured with more than one request at a time.',
  })
export type ServingRow = z.infer<typeof ServingRow>

export const BinRow = z
  .strictObject({
    cell_id: string('Cell id', 'The cell.'),
    metric: z.enum(METRICS).meta({ title: 'Metric', description: 'The metric.' }),
    lo: int(
      'First bucket',
      'Index of the first bucket of the bin, inclusive; bucket i holds 2^((i−1)/32) < v ≤ 2^(i/32).',
    ),
    hi: int('Last bucket', 'Index of the last bucket of the bin, inclusive.'),
    mass: int('Mass', 'Thousandths of the cell’s distribution; the bins of a cell and metric add up to 1,000.', '1e-3'),
    weight: float(
      'Weight',
      'Weight of the cell in a roll-up: contributors (in steps) for community cells, samples for curated ones.',
      '1',
    ),
  })
  .meta({
    title: 'bins',
    description:
      'The distribution behind each cell, one file per model. A community cell of which too few contributors lie on either side of the median is that median alone.',
  })
export type BinRow = z.infer<typeof BinRow>

export const RegressionRow = z
  .strictObject({
    model_id: string('Model', 'Canonical model id.'),
    quantization: string('Precision', 'Canonical precision.'),
    gpu_id: string('GPU', 'Canonical GPU id.'),
    gpu_count: int('GPU count', 'Accelerators that served each task.'),
    engine: string('Engine', 'Canonical engine id.'),
    ...load,
    prompt_bucket: z.enum(PROMPT_BUCKETS).meta({ title: 'Prompt size', description: 'Bucket of tokens_in.' }),
    metric: z.enum(METRICS).meta({ title: 'Metric', description: 'The metric compared.' }),
    from_version: string('From version', 'The earlier engine version.'),
    to_version: string('To version', 'The later engine version.'),
    month: string('Month', 'Month of the release that tested the step, once: later months change nothing.'),
    pairs: int('Pairs', 'Contributors with samples of both versions from one host, in steps as the counts of cells.'),
    effect: float('Effect', 'Hodges–Lehmann estimate of the relative change; −0.05 is 5 % slower.', '1'),
    p_value: float('p', 'Exact one-sided signed-rank test: at most 0.02, 0.01, 0.001 or 0.0001.', '1'),
    verdict: z.enum(['suspected', 'confirmed']).meta({ title: 'Verdict', description: 'Suspected or confirmed.' }),
  })
  .meta({ title: 'regressions', description: 'Engine versions that made a stratum slower, paired by contributor.' })
export type RegressionRow = z.infer<typeof RegressionRow>

export const SourceRow = z
  .strictObject({
    source: string('Source', 'Source id.'),
    title: string('Title', 'Name of the source.'),
    url: string('Address', 'Where the source is published.'),
    revision: string('Revision', 'Commit or edition that was read.'),
    licence: string('Licence', 'SPDX identifier.'),
    attribution: string('Attribution', 'The notice that the licence asks for.'),
    retrieved: string('Retrieved', 'Day on which the source was read.'),
    published: string('Published', 'Month that counts for rows without a day.'),
    method: string('Method', 'How the source measured.'),
    estimated: string('Estimated', 'Derived or assumed fields and how, one per line.'),
    flaws: string('Known flaws', 'What is wrong in the source and how it is handled, one per line.'),
    rows_read: int('Rows read', 'Rows in the source.'),
    rows_converted: int('Rows converted', 'Rows that were converted.'),
    rows_dropped: string('Rows dropped', 'The rest by reason, one per line.'),
  })
  .meta({ title: 'sources', description: 'Where the curated figures come from.' })
export type SourceRow = z.infer<typeof SourceRow>

export const GpuRow = z
  .strictObject({
    gpu_id: string('GPU id', 'Canonical id.'),
    name: string('Name', 'Display name.'),
    vendor: string('Vendor', 'Vendor id.'),
    class: string('Class', 'datacenter, workstation, consumer, …'),
    memory_gb: float('Memory', 'Memory size; the largest option where shared.', 'GB').nullable(),
    memory_options_gb: string(
      'Memory options',
      'Memory sizes in GB that the entry is sold with, separated by blanks, where several entries have one name; otherwise empty.',
    ),
    memory_shared: z
      .boolean()
      .meta({ title: 'Shared memory', description: 'Whether the memory is shared with the CPU.' }),
    bandwidth_gbps: float('Memory bandwidth', 'As the vendor states it.', 'GB/s').nullable(),
    bandwidth_ceiling_gbps: float(
      'Bandwidth ceiling',
      'Highest bandwidth of any variant with this name: the limit of the plausibility check.',
      'GB/s',
    ).nullable(),
    tdp_w: float('TDP', 'Board power limit.', 'W').nullable(),
    released: int('Released', 'Year of release.').nullable(),
    featured: int('Featured', 'Place in the list of what people look for; null outside it.').nullable(),
    source: string('Source', 'Where the facts were read.'),
    confidence: string('Confidence', 'How well the facts are supported.'),
  })
  .meta({ title: 'gpus', description: 'The accelerators of the catalogue.' })
export type GpuRow = z.infer<typeof GpuRow>

export const ModelRow = z
  .strictObject({
    model_id: string('Model id', 'hf:org/repo.'),
    slug: string('Slug', 'The id in addresses and file names.'),
    name: string('Name', 'Display name.'),
    family: string('Family', 'Model family.'),
    params_b: float('Parameters', 'All weights.', '1e9').nullable(),
    active_params_b: float('Active parameters', 'Weights read per token.', '1e9').nullable(),
    default_quantization: string(
      'Default precision',
      'What a sample without a precision was run at; null where unknown.',
    ).nullable(),
    stored_quantization: string(
      'Stored precision',
      'Precision of the files in its own repository; null where unknown.',
    ).nullable(),
    listed: z.boolean().meta({
      title: 'Listed',
      description:
        'Whether the catalogue has the model; otherwise its id is the normal form of the name that samples gave it.',
    }),
    featured: int('Featured', 'Place in the list of what people look for; null outside it.').nullable(),
    source: string('Source', 'Where the facts were read.'),
    confidence: string('Confidence', 'How well the facts are supported.'),
  })
  .meta({ title: 'models', description: 'The models of the catalogue, and those with figures that it does not list.' })
export type ModelRow = z.infer<typeof ModelRow>

export const QuantizationRow = z
  .strictObject({
    quantization: string('Precision', 'Canonical label.'),
    bits_per_weight: float('Bits per weight', 'Whole-file average.', 'bit').nullable(),
    source: string('Source', 'Where the facts were read.'),
  })
  .meta({ title: 'quantizations', description: 'The precisions of the catalogue.' })
export type QuantizationRow = z.infer<typeof QuantizationRow>

export const EngineRow = z
  .strictObject({
    engine: string('Engine id', 'Canonical id.'),
    name: string('Name', 'Display name.'),
    url: string('Address', 'Home of the engine.'),
  })
  .meta({ title: 'engines', description: 'The engines of the catalogue.' })
export type EngineRow = z.infer<typeof EngineRow>

/** What raw names are looked up in: the lists of the catalogue. */
export const NAMED = ['model', 'gpu', 'engine', 'quantization'] as const

export const AliasRow = z
  .strictObject({
    what: z.enum(NAMED).meta({ title: 'What', description: 'The list of the catalogue that the entry is in.' }),
    id: string('Id', 'Canonical id of the entry.'),
    alias: string('Alias', 'A raw name that means the entry, compared without regard to case.'),
    shared: z.boolean().meta({
      title: 'Shared',
      description: 'Whether other entries have the name too, so that only the memory tells which one is meant.',
    }),
    quantization: string(
      'Precision',
      "Precision of the name where it is a tag of Ollama's library that says it; null otherwise.",
    ).nullable(),
    is_tag: z.boolean().meta({ title: 'Tag', description: "Whether it is a tag of Ollama's library." }),
  })
  .meta({ title: 'aliases', description: 'The raw names that mean an entry of the catalogue, beside its id and name.' })
export type AliasRow = z.infer<typeof AliasRow>

export const PriceRow = z
  .strictObject({
    gpu_id: string('GPU', 'Canonical GPU id.'),
    gpu_count: int('GPU count', 'GPUs of the machine that the price is for.'),
    provider: string('Provider', 'Who rents it out.'),
    region: string('Region', 'Region, empty where not stated.'),
    term: string('Term', 'on-demand, spot, reserved-…'),
    usd_per_hour: float('Price', 'For the whole machine.', 'USD/h'),
    as_of: string('As of', 'Day of the price.'),
    source: string('Source', 'Where the price was read.'),
  })
  .meta({ title: 'prices', description: 'Dated rental prices.' })
export type PriceRow = z.infer<typeof PriceRow>

/** The published tables by file: `bins` is one file per model, `bins/<slug>.arrow`. */
export const TABLES = {
  matrix: MatrixRow,
  cells: CellRow,
  bins: BinRow,
  serving: ServingRow,
  regressions: RegressionRow,
  sources: SourceRow,
  gpus: GpuRow,
  models: ModelRow,
  quantizations: QuantizationRow,
  engines: EngineRow,
  aliases: AliasRow,
  prices: PriceRow,
} as const
export type TableName = keyof typeof TABLES

/** A column as the Arrow writer and the column docs see it. */
export interface Column {
  name: string
  type: 'utf8' | 'int32' | 'float64' | 'bool'
  nullable: boolean
  title: string
  description: string
  unit: string | null
}

/** The columns of a published table, in file order. Throws on a field type that has no Arrow form. */
export function columnsOf(table: TableName): Column[] {
  return Object.entries(TABLES[table].shape).map(([name, field]) => {
    const nullable = field instanceof z.ZodNullable
    const inner = nullable ? (field as z.ZodNullable<z.ZodType>).unwrap() : field
    const meta = { ...(inner as z.ZodType).meta(), ...(field as z.ZodType).meta() }
    return {
      name,
      type: arrowType(name, inner as z.ZodType),
      nullable,
      title: String(meta.title ?? name),
      description: String(meta.description ?? ''),
      unit: typeof meta.unit === 'string' ? meta.unit : null,
    }
  })
}

function arrowType(name: string, field: z.ZodType): Column['type'] {
  if (field instanceof z.ZodString || field instanceof z.ZodEnum) return 'utf8'
  if (field instanceof z.ZodBoolean) return 'bool'
  if (field instanceof z.ZodNumberFormat) return 'int32'
  if (field instanceof z.ZodNumber) return 'float64'
  throw new TypeError(
    `column "${name}": expected a string, enum, boolean or number field, found ${field.constructor.name}`,
  )
}
