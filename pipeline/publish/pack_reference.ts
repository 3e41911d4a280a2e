import type {
  AliasRow,
  Catalog,
  EngineRow,
  GpuRow,
  Model,
  ModelRow,
  PriceRow,
  QuantizationRow,
  Source,
  SourceRow,
  TableName,
} from '../../contracts/index.ts'
import { type NamedTable, packTable } from '../lib/named_table.ts'

/**
 * The published form of what is known beside the samples: sources and catalogue.
 *
 * @param unlisted ids of models with figures that the catalogue does not list
 */
export function packReference(catalog: Catalog, sources: Source[], unlisted: readonly string[]): NamedTable[] {
  return [
    packTable('sources.arrow', 'sources', sourceRows(sources)),
    ...catalogRows(catalog, unlisted).map(({ table, rows }) => packTable(`${table}.arrow`, table, rows)),
  ]
}

/** The rows of the table of sources. */
function sourceRows(sources: Source[]): SourceRow[] {
  return sources.map(({ id, rows, estimated, flaws, measurement_types: _, ...source }) => ({
    source: id,
    ...source,
    estimated: estimated.map(({ field, note }) => `${field}: ${note}`).join('\n'),
    flaws: flaws.map(({ what, handling, rows: n }) => `${what} (${n} rows): ${handling}`).join('\n'),
    rows_read: rows.read,
    rows_converted: rows.converted,
    rows_dropped: rows.dropped.map(({ reason, rows: n }) => `${n}: ${reason}`).join('\n'),
  }))
}

/**
 * The catalogue as published tables.
 *
 * @param unlisted ids of models with figures that it does not list
 */
function catalogRows(catalog: Catalog, unlisted: readonly string[]): { table: TableName; rows: object[] }[] {
  const gpuPlaces = placesOf(catalog.featured?.gpus)
  const gpus: GpuRow[] = catalog.gpus.map(({ id, memory_options_gb = [], ...gpu }) => ({
    gpu_id: id,
    ...gpu,
    memory_options_gb: memory_options_gb.join(' '),
    featured: gpuPlaces.get(id) ?? null,
  }))
  const modelPlaces = placesOf(catalog.featured?.models)
  const listed = catalog.models.map((model) => listedModel(model, modelPlaces.get(model.id) ?? null))
  const models: ModelRow[] = [...listed, ...unlisted.map(unlistedModel)]
  const quantizations: QuantizationRow[] = catalog.quantizations.map(({ id, ...rest }) => ({
    quantization: id,
    ...rest,
  }))
  const engines: EngineRow[] = catalog.engines.map(({ id, ...rest }) => ({ engine: id, ...rest }))
  const prices: PriceRow[] = catalog.prices.map((price) => ({ ...price, region: price.region ?? '' }))
  return [
    { table: 'gpus', rows: gpus },
    { table: 'models', rows: models },
    { table: 'quantizations', rows: quantizations },
    { table: 'engines', rows: engines },
    { table: 'aliases', rows: aliasRows(catalog) },
    { table: 'prices', rows: prices },
  ]
}

/** The place of each id in a list of what is featured, counted from 1. */
function placesOf(list: readonly { ids: string[] }[] = []): Map<string, number> {
  return new Map(list.flatMap(({ ids }) => ids).map((id, i) => [id, i + 1]))
}

function listedModel({ id, stored_quantization, ...model }: Model, featured: number | null): ModelRow {
  return { model_id: id, ...model, stored_quantization: stored_quantization ?? null, listed: true, featured }
}

/** A model of which nothing is known but its name. */
function unlistedModel(id: string): ModelRow {
  return {
    model_id: id,
    slug: id,
    name: id,
    family: '',
    params_b: null,
    active_params_b: null,
    default_quantization: null,
    stored_quantization: null,
    listed: false,
    featured: null,
    source: 'Named by samples; the catalogue does not list it.',
    confidence: 'unknown',
  }
}

function aliasRows({ models, gpus, engines, quantizations }: Catalog): AliasRow[] {
  const row = (what: AliasRow['what'], id: string, alias: string, more: Partial<AliasRow> = {}): AliasRow => {
    return { what, id, alias, shared: false, quantization: null, is_tag: false, ...more }
  }
  const list = (what: AliasRow['what'], entries: readonly { id: string; aliases: string[] }[]) =>
    entries.flatMap(({ id, aliases }) => aliases.map((alias) => row(what, id, alias)))
  return [
    ...list('model', models),
    ...models.flatMap(({ id, tags = [] }) =>
      tags.map(({ tag, quantization }) => row('model', id, tag, { quantization, is_tag: true })),
    ),
    ...list('gpu', gpus),
    ...gpus.flatMap(({ id, shared_names = [] }) => shared_names.map((name) => row('gpu', id, name, { shared: true }))),
    ...list('engine', engines),
    ...list('quantization', quantizations),
  ]
}
