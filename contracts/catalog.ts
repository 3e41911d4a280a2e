import { z } from 'zod'
import { LIMITS, PATTERNS, text } from './fields.ts'

const name = z
  .string()
  .min(1)
  .max(96)
  .regex(/^[\x20-\x7e]+$/)
const note = z.string().min(1).max(1000).optional().meta({ title: 'Note', description: 'What else there is to know.' })
const sourceNote = z
  .string()
  .min(1)
  .max(1000)
  .meta({ title: 'Source', description: 'Where the facts of this entry were read.' })
const confidence = z
  .enum(['datasheet', 'source', 'secondary', 'derived', 'name', 'memory', 'unknown'])
  .meta({ title: 'Confidence', description: 'How well the facts of this entry are supported.' })
const aliases = z.array(z.string().min(1).max(160)).meta({
  title: 'Aliases',
  description: 'Raw names that mean this entry, compared without regard to case. An alias belongs to one entry only.',
})
const month = z.string().regex(new RegExp(PATTERNS.month))
/** A name learnt later must not change what was released: in the exports of earlier months it stays unknown. */
const learnt = {
  since: month.optional().meta({
    title: 'Since',
    description: 'The first month of exports for which the entry counts, YYYY-MM; absent: all.',
  }),
  names_since: z.record(z.string().min(1).max(160), month).optional().meta({
    title: 'Names since',
    description:
      'By alias, tag or shared name the first month of exports for which it counts, YYYY-MM; absent: as the entry.',
  }),
}
const positive = (max: number) => z.number().positive().max(max)

/** One accelerator. Bandwidth and power are per physical package. */
export const Gpu = z.strictObject({
  id: text('gpu_id', { title: 'GPU id', description: 'Canonical id.' }),
  name: name.meta({ title: 'Name', description: 'Display name.' }),
  vendor: text('slug', { title: 'Vendor', description: 'Vendor id.' }),
  class: text('slug', { title: 'Class', description: 'datacenter, workstation, consumer, laptop, apple, …' }),
  memory_gb: positive(100_000)
    .nullable()
    .meta({ title: 'Memory', description: 'Memory size; the largest option where shared.', unit: 'GB' }),
  memory_options_gb: z.array(positive(100_000)).optional().meta({
    title: 'Memory options',
    description: 'Every memory size it is sold with, where these are several: they tell entries of one name apart.',
    unit: 'GB',
  }),
  memory_shared: z
    .boolean()
    .meta({ title: 'Shared memory', description: 'Whether the memory is shared with the CPU.' }),
  bandwidth_gbps: positive(1e6)
    .nullable()
    .meta({ title: 'Memory bandwidth', description: 'As the vendor states it.', unit: 'GB/s' }),
  bandwidth_ceiling_gbps: positive(1e6).nullable().meta({
    title: 'Bandwidth ceiling',
    description: 'Highest bandwidth of any variant with this name: the physical limit for the plausibility check.',
    unit: 'GB/s',
  }),
  tdp_w: positive(100_000).nullable().meta({ title: 'TDP', description: 'Board power limit.', unit: 'W' }),
  released: z.int().min(2000).max(2100).nullable().meta({ title: 'Released', description: 'Year of release.' }),
  aliases,
  shared_names: z.array(z.string().min(1).max(160)).optional().meta({
    title: 'Shared names',
    description: 'Raw names that mean this entry or others: which of them, only its memory tells.',
  }),
  ...learnt,
  source: sourceNote,
  confidence,
  note,
})
export type Gpu = z.infer<typeof Gpu>

const tag = z.strictObject({
  tag: z.string().min(3).max(96).meta({ title: 'Tag', description: '`name:tag`, as pulled.' }),
  quantization: z
    .string()
    .max(32)
    .nullable()
    .meta({ title: 'Quantisation', description: 'The weight format it has in the library; null where not looked up.' }),
})

/** One model: all builds and quantisations of the same weights. */
export const Model = z.strictObject({
  id: text('model_ref', { title: 'Model id', description: 'hf:org/repo.' }),
  slug: text('model_slug', { title: 'Slug', description: 'The id as it stands in addresses and file names.' }),
  name: name.meta({ title: 'Name', description: 'Display name.' }),
  family: name.meta({ title: 'Family', description: 'Model family.' }),
  params_b: positive(1e6).nullable().meta({ title: 'Parameters', description: 'All weights.', unit: '1e9' }),
  active_params_b: positive(1e6).nullable().meta({
    title: 'Active parameters',
    description: 'Weights read per token; equal to all weights for dense models.',
    unit: '1e9',
  }),
  default_quantization: z.string().max(32).nullable().meta({
    title: 'Default quantisation',
    description: 'What a sample without a quantisation was run at; null where unknown.',
  }),
  stored_quantization: z.string().max(32).optional().meta({
    title: 'Stored quantisation',
    description: 'Weight format of the files in its own repository: what an engine that loads these as they are runs.',
  }),
  tags: z.array(tag).optional().meta({ title: 'Tags', description: "Tags of Ollama's library that mean the model." }),
  aliases,
  ...learnt,
  source: sourceNote,
  confidence,
  note,
})
export type Model = z.infer<typeof Model>

/** One weight format. */
export const Quantization = z.strictObject({
  id: text('quantization', { title: 'Quantisation', description: 'Canonical label.' }),
  bits_per_weight: positive(64)
    .nullable()
    .meta({ title: 'Bits per weight', description: 'Whole-file average.', unit: 'bit' }),
  aliases,
  ...learnt,
  source: sourceNote,
  note,
})
export type Quantization = z.infer<typeof Quantization>

/** One inference engine. */
export const Engine = z.strictObject({
  id: text('engine', { title: 'Engine id', description: 'Canonical id.' }),
  name: name.meta({ title: 'Name', description: 'Display name.' }),
  url: z.url({ protocol: /^https$/ }).meta({ title: 'Address', description: 'Home of the engine.' }),
  aliases,
  ...learnt,
  source: sourceNote,
  note,
})
export type Engine = z.infer<typeof Engine>

/** One dated rental price. The list is append-only. */
export const Price = z.strictObject({
  gpu_id: text('gpu_id', { title: 'GPU id', description: 'Canonical id.' }),
  gpu_count: z
    .int()
    .min(1)
    .max(LIMITS.gpu_count)
    .meta({ title: 'GPU count', description: 'GPUs of the machine that the price is for.', unit: '1' }),
  provider: z.string().min(1).max(60).meta({ title: 'Provider', description: 'Who rents the machine out.' }),
  region: z
    .string()
    .min(1)
    .max(60)
    .nullable()
    .meta({ title: 'Region', description: 'Region of the offer; null where not stated.' }),
  term: z.string().min(1).max(60).meta({ title: 'Term', description: 'on-demand, spot, reserved-…' }),
  usd_per_hour: positive(LIMITS.usd_per_hour).meta({
    title: 'Price',
    description: 'For the whole machine of gpu_count GPUs.',
    unit: 'USD/h',
  }),
  as_of: text('date', { title: 'As of', description: 'The day of the price.' }),
  source: sourceNote,
})
export type Price = z.infer<typeof Price>

const schemaVersion = z.literal(1).meta({ title: 'Schema version', description: 'Version of this contract.' })

const list = <T extends z.ZodType>(entry: T, title: string, description: string) =>
  z.array(entry).meta({ title, description })

const file = <T extends z.ZodRawShape>(title: string, shape: T) =>
  z.strictObject({ schema_version: schemaVersion, ...shape }).meta({ title })

const featured = (id: 'gpu_id' | 'model_ref', what: string) =>
  z.strictObject({
    name: name.meta({ title: 'Name', description: `The short name of the ${what}.` }),
    ids: z
      .array(text(id, { title: 'Id', description: `Canonical id of a ${what}.` }))
      .min(1)
      .meta({ title: 'Ids', description: 'The entries of the catalogue that go by this name, the first for all.' }),
  })

export const FeaturedCatalog = file('FeaturedCatalog', {
  gpus: list(
    featured('gpu_id', 'GPU'),
    'GPUs',
    'The accelerators that people ask for most, in the order to show them.',
  ),
  models: list(
    featured('model_ref', 'model'),
    'Models',
    'The models that people ask for most, in the order to show them.',
  ),
})
export type FeaturedCatalog = z.infer<typeof FeaturedCatalog>
export const GpuCatalog = file('GpuCatalog', { gpus: list(Gpu, 'GPUs', 'The accelerators.') })
export const ModelCatalog = file('ModelCatalog', {
  models: list(Model, 'Models', 'The models.'),
  quantizations: list(Quantization, 'Quantisations', 'The weight formats.'),
})
export const EngineCatalog = file('EngineCatalog', { engines: list(Engine, 'Engines', 'The inference engines.') })
export const PriceCatalog = file('PriceCatalog', { prices: list(Price, 'Prices', 'Dated rental prices; append-only.') })

/** The files of data/catalog, parsed. */
export interface Catalog {
  gpus: Gpu[]
  models: Model[]
  quantizations: Quantization[]
  engines: Engine[]
  prices: Price[]
  /** What people look for, in the order to show it; a data folder of one's own need not have it. */
  featured?: Pick<FeaturedCatalog, 'gpus' | 'models'>
}

/** The slug of a model id: `hf:Org/Repo` → `org--repo`. Lower case, every other character outside [a-z0-9.] a hyphen. */
export function modelSlug(id: string): string {
  return id
    .replace(/^hf:/, '')
    .toLowerCase()
    .replace('/', '--')
    .replace(/[^a-z0-9.-]/g, '-')
}
