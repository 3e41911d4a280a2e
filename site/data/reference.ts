import { METRICS, PROMPT_BUCKETS } from '../../contracts/metrics.ts'
import type { Names } from '../../contracts/name_index.ts'
import type { AliasRow, MatrixRow } from '../../contracts/tables.ts'
import { formatValue, shorten } from '../lib/format.ts'
import { groupBy } from '../lib/group_by.ts'
import type { PublishedRow, Reference } from '../lib/my_numbers/reference.ts'
import { modelPath } from './catalog.ts'
import { manifest, published } from './published.ts'

/** What the page of own numbers holds samples against: the published figures, and the names of the catalogue with their aliases. */
export function readReference(): Reference {
  return { names: readNames(), rows: published('matrix').map(toRow), contributors: manifest().policy.k }
}

/** The catalogue as names are found in it. The lists of the other tables leave out aliases, which are a table of their own. */
function readNames(): Names {
  const aliases = groupBy(published('aliases'), ({ what, id }) => `${what} ${id}`)
  const aliasesOf = (what: AliasRow['what'], id: string) =>
    (aliases.get(`${what} ${id}`) ?? []).map(({ alias }) => alias)
  return {
    models: published('models').map(({ model_id: id, slug, name, default_quantization, params_b, active_params_b }) => {
      return { id, slug, name, aliases: aliasesOf('model', id), default_quantization, params_b, active_params_b }
    }),
    gpus: published('gpus').map(({ gpu_id: id, name, memory_gb, memory_shared, bandwidth_ceiling_gbps }) => {
      return { id, name, aliases: aliasesOf('gpu', id), memory_gb, memory_shared, bandwidth_ceiling_gbps }
    }),
    engines: published('engines').map(({ engine: id, name }) => ({ id, name, aliases: aliasesOf('engine', id) })),
    quantizations: published('quantizations').map(({ quantization: id, bits_per_weight }) => {
      return { id, aliases: aliasesOf('quantization', id), bits_per_weight }
    }),
  }
}

function toRow(row: MatrixRow): PublishedRow {
  const figures = METRICS.flatMap((metric) => {
    const p50 = row[`${metric}_p50`]
    if (p50 === null) return []
    const at = (name: 'p25' | 'p75') => shorten(row[`${metric}_${name}`] ?? p50, formatValue)
    return [[metric, { n: row[`${metric}_n`] ?? 0, p25: at('p25'), p50: shorten(p50, formatValue), p75: at('p75') }]]
  })
  return {
    id: row.matrix_id,
    kind: row.kind,
    source: row.source,
    model: modelPath(row.model_id).split('/')[1]!,
    quantization: row.quantization,
    gpu: row.gpu_id,
    gpuCount: row.gpu_count,
    engine: row.engine,
    type: row.measurement_type,
    buckets: PROMPT_BUCKETS.filter((bucket) => row.prompt_buckets.split(' ').includes(bucket)),
    figures: Object.fromEntries(figures),
  }
}
