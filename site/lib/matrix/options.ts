import { CONCURRENCY_BUCKETS, type ConcurrencyBucket } from '../../../contracts/load.ts'
import { formatGpuCount, formatLoad, formatPrecision, KIND_LABELS, TERMS } from '../labels.ts'
import type { Gpu, Matrix } from './entries.ts'
import { facetValue } from './filters.ts'
import { ANY_COUNT, FACETS, type Facet } from './state.ts'

/** Memory sizes to choose from, in GB: common sizes of consumer cards, and a data-centre card. */
export const MEMORY_SIZES = [8, 16, 24, 48, 80] as const
/** The size that has a preset of its own. */
export const PRESET_MEMORY = 24

const FACET_LABELS: Record<Facet, string> = {
  gpu: 'GPU',
  engine: TERMS.engine,
  quantization: TERMS.precision,
  gpus: TERMS.gpuCount,
  load: TERMS.users,
  source: 'Source',
  kind: 'Kind',
}

export interface FacetOptions {
  facet: Facet
  label: string
  options: { value: string; text: string }[]
}

/** The multiple-choice filters with the values that occur in the data, most figures first. */
export function facetOptions(matrix: Matrix): FacetOptions[] {
  return FACETS.filter((facet) => facet !== 'gpus').map((facet) => ({
    facet,
    label: FACET_LABELS[facet],
    options: valuesOf(matrix, facet).map((value) => ({ value, text: facetText(matrix, facet, value) })),
  }))
}

/** The choices of the number of GPUs: one where measured, any, or exactly so many. */
export function countOptions(matrix: Matrix): [value: string, text: string][] {
  const counts = valuesOf(matrix, 'gpus').map((value): [string, string] => [value, formatGpuCount(Number(value))])
  return [['', '1 GPU, or the fewest measured'], [ANY_COUNT, 'Any number of GPUs'], ...counts]
}

function valuesOf(matrix: Matrix, facet: Facet): string[] {
  const counts = new Map<string, number>()
  for (const entry of matrix.entries) {
    const value = facetValue(matrix, entry, facet)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const values = [...counts.keys()]
  if (facet === 'load') return CONCURRENCY_BUCKETS.filter((bucket) => counts.has(bucket))
  if (facet === 'gpus') return values.sort((a, b) => Number(a) - Number(b))
  return values.sort((a, b) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1))
}

function facetText(matrix: Matrix, facet: Facet, value: string): string {
  const named = (list: { id: string; name: string }[]) => list.find(({ id }) => id === value)?.name ?? value
  if (facet === 'gpu') return named(matrix.gpus)
  if (facet === 'engine') return named(matrix.engines)
  if (facet === 'source') return named(matrix.sources)
  if (facet === 'quantization') return formatPrecision(value)
  if (facet === 'load') return formatLoad('batched_online', value as ConcurrencyBucket)
  if (facet === 'kind') {
    const { glyph, title } = KIND_LABELS[value as keyof typeof KIND_LABELS]
    return `${glyph} ${title}`
  }
  return value
}

const VENDORS: Record<string, string> = {
  amd: 'AMD',
  apple: 'Apple',
  intel: 'Intel',
  nvidia: 'NVIDIA',
  sambanova: 'SambaNova',
}

/** A GPU's name without the vendor and the brand that it begins with, for narrow columns. */
export function shortName({ name, vendor }: Gpu): string {
  const word = VENDORS[vendor] ?? vendor
  return (name.startsWith(`${word} `) ? name.slice(word.length + 1) : name).replace(/^GeForce /, '')
}

/** The GPUs by vendor, each in the order of its name. */
export function gpusByVendor({ gpus }: Matrix): { vendor: string; gpus: { id: string; name: string }[] }[] {
  const vendors = [...new Set(gpus.map(({ vendor }) => vendor))].sort()
  return vendors.map((vendor) => ({
    vendor: VENDORS[vendor] ?? vendor,
    gpus: gpus.filter((gpu) => gpu.vendor === vendor).toSorted((a, b) => a.name.localeCompare(b.name, 'en')),
  }))
}
