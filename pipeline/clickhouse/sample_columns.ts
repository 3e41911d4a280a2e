import { z } from 'zod'
import { AnonymizedExport } from '../../contracts/index.ts'

/** A column of a table of samples. */
export type SampleColumn = { name: string; type: string }

/** What the check adds to a line: where it lies, and what the catalogue takes its names for. */
const ADDED = ['contributor', 'month', 'model_id', 'model_slug', 'gpu_id', 'engine_id', 'quantization_id']

/** The columns of a table of samples: what the check adds, then every member of the contract. */
export const SAMPLE_COLUMNS: readonly SampleColumn[] = [
  ...ADDED.map((name) => ({ name, type: 'LowCardinality(String)' })),
  ...Object.entries(AnonymizedExport.shape).map(([name, field]) => ({ name, type: columnType(name, field) })),
]

/** Whether a text can stand for a table without quotes. */
export function isTableName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(text)
}

/**
 * The statement that creates a table of samples on one server. Of samples of one id the table keeps the earliest in the end, and counts it alone
 * at any time, because what counts reads with `final`: the one of the earliest month, as in files; of one month, the one stored first.
 */
export function createSamplesTable(table: string): string {
  const columns = [...SAMPLE_COLUMNS, ...KEPT_BY].map(({ name, type }) => `  ${name} ${type}`)
  return `CREATE TABLE IF NOT EXISTS ${table} (\n${columns.join(',\n')}\n) ENGINE = ReplacingMergeTree(precedence) ORDER BY job_id`
}

const MONTH_NUMBER = `if(match(month, '^[0-9]{4}-(0[1-9]|1[0-2])$'), toUInt32OrZero(replaceOne(month, '-', '')), 999999)`

/**
 * When a sample was stored, in microseconds that insertSamples counts up from row to row; and what follows from it and the month: of equal ids
 * the row of the highest precedence is kept. What is no month comes last.
 */
const KEPT_BY: readonly SampleColumn[] = [
  { name: 'stored_us', type: 'UInt64 DEFAULT toUnixTimestamp64Micro(now64(6))' },
  {
    name: 'precedence',
    type: `UInt128 MATERIALIZED toUInt128(999999 - ${MONTH_NUMBER}) * 10000000000000000 + (9999999999999999 - stored_us)`,
  },
]

function columnType(name: string, field: z.ZodType): string {
  if (name === 'job_id') return 'String'
  const inner = unwrap(field)
  const isNullable = inner !== field
  if (inner instanceof z.ZodString || inner instanceof z.ZodEnum)
    return `LowCardinality(${isNullable ? 'Nullable(String)' : 'String'})`
  const type = plainType(name, inner)
  return isNullable ? `Nullable(${type})` : type
}

function plainType(name: string, field: z.ZodType): string {
  if (field instanceof z.ZodBoolean) return 'Bool'
  if (field instanceof z.ZodNumberFormat) return 'Int64'
  if (field instanceof z.ZodNumber) return 'Float64'
  if (field instanceof z.ZodLiteral) return 'UInt8'
  throw new TypeError(`${name}: expected a string, enum, boolean, literal or number field, found ${field.def.type}`)
}

function unwrap(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodOptional || field instanceof z.ZodNullable ? unwrap(field.unwrap() as z.ZodType) : field
}
