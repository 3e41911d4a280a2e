import type { Gpu } from '../../contracts/index.ts'
import { distinctAliases } from './aliases.ts'
import type { RawGpu, RawVariant } from './facts.ts'

/**
 * Labels of single benchmarks that name a product line, not a part (`Nvidia A100 GPU` is a 40 GB or an 80 GB board).
 * They are not aliases: the converter of that source maps them, by a rule stated in its source.json.
 */
const SOURCE_LABELS = new Set(
  ['8xMi300x', 'a100-80gb', 'h100-80gb', 'h100-80gb-pcap', 'Nvidia GH200 GPU', 'Nvidia H100 GPU'].map(lower),
)

/** Ids of the variants that can be recognised because they report a name of their own. */
const VARIANT_IDS: Record<string, { id: string; name: string }> = {
  'GH200 144GB HBM3e': { id: 'nvidia-gh200-144gb', name: 'NVIDIA GH200 (144GB HBM3e)' },
  'M3 Max 14-core CPU / 30-core GPU': { id: 'apple-m3-max-30gpu', name: 'Apple M3 Max (30-core GPU)' },
  'M4 Max 14-core CPU / 32-core GPU': { id: 'apple-m4-max-32gpu', name: 'Apple M4 Max (32-core GPU)' },
}

/** A part that is not in the gathered facts. */
const POWER_CAPPED_H100 = {
  id: 'nvidia-h100-sxm5-80gb-pcap',
  name: 'NVIDIA H100 80GB (power-capped)',
  from: 'nvidia-h100-sxm5-80gb',
  note: 'An H100 SXM5 80GB run below its board power limit; the limit is not stated by the source that has it (splitwise). Kept apart so that capped runs do not count as those of a normal H100.',
}

/** Converts the gathered accelerators to catalogue entries, sorted by id. Ambiguous names are left out of the aliases. */
export function convertGpus(raw: readonly RawGpu[], ambiguousNames: readonly string[]): Gpu[] {
  const excluded = new Set([...SOURCE_LABELS, ...ambiguousNames.map(lower)])
  const entries = raw.flatMap((gpu) => [convertGpu(gpu, excluded), ...convertVariants(gpu)])
  return [...entries, ...powerCapped(entries)].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function convertGpu(raw: RawGpu, excluded: ReadonlySet<string>): Gpu {
  const name = reportableName(raw.name)
  const note = [raw.note, ...(raw.variants ?? []).map(variantNote)].filter(Boolean).join(' ')
  return {
    id: raw.id,
    name,
    vendor: raw.vendor,
    class: raw.class,
    memory_gb: raw.memory_gb,
    memory_shared: raw.memory_shared ?? false,
    bandwidth_gbps: raw.memory_bandwidth_gbps,
    bandwidth_ceiling_gbps: raw.bandwidth_ceiling_gbps,
    tdp_w: raw.tdp_w,
    released: raw.released,
    aliases: distinctAliases(
      raw.aliases.filter((alias) => !excluded.has(lower(alias))),
      [raw.id, name],
    ),
    source: raw.source,
    confidence: raw.confidence as Gpu['confidence'],
    ...(note === '' ? {} : { note }),
  }
}

/** A display name that is also a valid gpu_name of a sample: no slash, no comma. */
function reportableName(name: string): string {
  return name.replaceAll('/', ' and ').replaceAll(',', '')
}

function variantNote(variant: RawVariant): string {
  return `Variant: ${variant.name}, ${variant.memory_bandwidth_gbps} GB/s.`
}

function convertVariants(raw: RawGpu): Gpu[] {
  return (raw.variants ?? []).flatMap((variant) => {
    const named = VARIANT_IDS[variant.name]
    if (named === undefined || variant.aliases === undefined) return []
    const { note: _note, variants: _variants, ...base } = raw
    const part: RawGpu = {
      ...base,
      ...named,
      memory_gb: variant.memory_gb ?? Math.max(...(variant.memory_options_gb ?? [])),
      memory_bandwidth_gbps: variant.memory_bandwidth_gbps,
      bandwidth_ceiling_gbps: variant.bandwidth_ceiling_gbps ?? variant.memory_bandwidth_gbps,
      aliases: variant.aliases,
      confidence: variant.confidence ?? raw.confidence,
    }
    return [convertGpu(part, new Set())]
  })
}

function powerCapped(entries: readonly Gpu[]): Gpu[] {
  const { id, name, from, note } = POWER_CAPPED_H100
  const base = entries.find((entry) => entry.id === from)
  return base === undefined ? [] : [{ ...base, id, name, tdp_w: null, aliases: [], note }]
}

function lower(text: string): string {
  return text.toLowerCase()
}
