import { METRICS, PROMPT_BUCKETS } from '../../contracts/metrics.ts'
import type { NamedGpu, NamedModel, Names } from '../../contracts/name_index.ts'
import type { AliasRow, GpuRow, MatrixRow, ModelRow } from '../../contracts/tables.ts'
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
  const rowsOf = (what: AliasRow['what'], id: string) => aliases.get(`${what} ${id}`) ?? []
  const aliasesOf = (what: AliasRow['what'], id: string) =>
    rowsOf(what, id).flatMap(({ alias, shared, is_tag }) => (shared || is_tag ? [] : [alias]))
  return {
    // What samples named without the catalogue they name again.
    models: published('models')
      .filter(({ listed }) => listed)
      .map((model) => toNamedModel(model, aliasesOf('model', model.model_id), rowsOf('model', model.model_id))),
    gpus: published('gpus').map((gpu) => toNamedGpu(gpu, aliasesOf('gpu', gpu.gpu_id), rowsOf('gpu', gpu.gpu_id))),
    engines: published('engines').map(({ engine: id, name }) => ({ id, name, aliases: aliasesOf('engine', id) })),
    quantizations: published('quantizations').map(({ quantization: id, bits_per_weight }) => {
      return { id, aliases: aliasesOf('quantization', id), bits_per_weight }
    }),
  }
}

function toNamedModel(
  { model_id: id, slug, name, default_quantization, stored_quantization, params_b, active_params_b }: ModelRow,
  aliases: string[],
  rows: AliasRow[],
): NamedModel {
  const tags = rows.flatMap(({ alias: tag, is_tag, quantization }) => (is_tag ? [{ tag, quantization }] : []))
  return {
    ...{ id, slug, name, aliases, default_quantization, params_b, active_params_b },
    ...(stored_quantization !== null && { stored_quantization }),
    ...(tags.length > 0 && { tags }),
  }
}

function toNamedGpu(
  { gpu_id: id, name, memory_gb, memory_options_gb, memory_shared, bandwidth_ceiling_gbps }: GpuRow,
  aliases: string[],
  rows: AliasRow[],
): NamedGpu {
  const shared_names = rows.flatMap(({ alias, shared }) => (shared ? [alias] : []))
  return {
    ...{ id, name, aliases, memory_gb, memory_shared, bandwidth_ceiling_gbps },
    ...(memory_options_gb !== '' && { memory_options_gb: memory_options_gb.split(' ').map(Number) }),
    ...(shared_names.length > 0 && { shared_names }),
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
