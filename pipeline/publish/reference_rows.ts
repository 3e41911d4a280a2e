import type {
  AliasRow,
  Catalog,
  EngineRow,
  GpuRow,
  ModelRow,
  PriceRow,
  QuantizationRow,
  Source,
  SourceRow,
  TableName,
} from '../../contracts/index.ts'

/** The rows of the table of sources. */
export function sourceRows(sources: Source[]): SourceRow[] {
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

/** The catalogue as published tables. */
export function catalogRows(catalog: Catalog): { table: TableName; rows: object[] }[] {
  const gpus: GpuRow[] = catalog.gpus.map(({ id, ...gpu }) => ({ gpu_id: id, ...gpu }))
  const models: ModelRow[] = catalog.models.map(({ id, ...model }) => ({ model_id: id, ...model }))
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

function aliasRows({ models, gpus, engines, quantizations }: Catalog): AliasRow[] {
  const list = (what: AliasRow['what'], entries: readonly { id: string; aliases: string[] }[]) =>
    entries.flatMap(({ id, aliases }) => aliases.map((alias) => ({ what, id, alias })))
  return [
    ...list('model', models),
    ...list('gpu', gpus),
    ...list('engine', engines),
    ...list('quantization', quantizations),
  ]
}
