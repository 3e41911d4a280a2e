import { z } from 'zod'
import { AnonymizedExport, CuratedRun } from '../../contracts/index.ts'

/** A column of a table of samples. */
export interface SampleColumn {
  name: string
  /** ClickHouse type. */
  type: string
}

/** What the check adds to a line: where it lies, and what the catalogue takes its names for. */
const ADDED: SampleColumn[] = [
  { name: 'kind', type: 'LowCardinality(String)' },
  { name: 'source', type: 'LowCardinality(String)' },
  { name: 'contributor', type: 'LowCardinality(String)' },
  { name: 'month', type: 'LowCardinality(String)' },
  { name: 'model_id', type: 'LowCardinality(String)' },
  { name: 'model_slug', type: 'LowCardinality(String)' },
  { name: 'gpu_id', type: 'LowCardinality(String)' },
  { name: 'engine_id', type: 'LowCardinality(String)' },
  { name: 'quantization_id', type: 'LowCardinality(String)' },
]

/** What tells lines apart: job_id in samples, origin in curated rows, empty in the others. By them, what was inserted twice counts once. */
const IDENTIFIERS = new Set(['job_id', 'origin'])

/** The columns of a table of samples: what the check adds, then every member of the two contracts. */
export const SAMPLE_COLUMNS: readonly SampleColumn[] = [
  ...ADDED,
  ...Object.entries({ ...CuratedRun.shape, ...AnonymizedExport.shape }).map(([name, field]) => ({
    name,
    type: columnType(name, field),
  })),
]

/** Whether a text can stand for a table without quotes. */
export function isTableName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(text)
}

/**
 * The statement that creates a table of samples on one server. A sample inserted twice is stored once in the end, and counts once at any
 * time, because the aggregation reads with `final`.
 */
export function createSamplesTable(table: string): string {
  const columns = SAMPLE_COLUMNS.map(({ name, type }) => `  ${name} ${type}`)
  return `CREATE TABLE IF NOT EXISTS ${table} (\n${columns.join(',\n')}\n) ENGINE = ReplacingMergeTree ORDER BY (kind, source, job_id, origin)`
}

/** Not every member is in both contracts, and several may be null: all but the identifiers can be missing. */
function columnType(name: string, field: z.ZodType): string {
  if (IDENTIFIERS.has(name)) return 'String'
  const inner = unwrap(field)
  if (inner instanceof z.ZodBoolean) return 'Nullable(Bool)'
  if (inner instanceof z.ZodNumberFormat) return 'Nullable(Int64)'
  if (inner instanceof z.ZodNumber) return 'Nullable(Float64)'
  if (inner instanceof z.ZodLiteral) return 'Nullable(UInt8)'
  if (inner instanceof z.ZodString || inner instanceof z.ZodEnum) return 'LowCardinality(Nullable(String))'
  throw new TypeError(`${name}: expected a string, enum, boolean, literal or number field, found ${inner.def.type}`)
}

function unwrap(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodOptional || field instanceof z.ZodNullable ? unwrap(field.unwrap() as z.ZodType) : field
}
