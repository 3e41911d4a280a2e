import { z } from 'zod'
import { AnonymizedExport } from '../../contracts/index.ts'

/**
 * How the scan treats each key of a sample. The text of a "dictionary" member, which takes few values in a file, becomes part of the group that the
 * line is counted in, and each distinct group is judged once by zod; identifiers and measurements are checked on every line.
 */
export type Member =
  | { key: string; role: 'dictionary' }
  | { key: string; role: 'identifier'; pattern: string; nullable: boolean }
  | { key: string; role: 'whole' | 'real'; min: number; max: number; nullable: boolean }

/** A member that holds a measured number. */
export type Measurement = Extract<Member, { max: number }>

/** Numbers that take few values in one file, and are therefore grouped by rather than measured. */
const FEW_VALUES = new Set(['vram_total_mb', 'gpu_count', 'schema_version'])

/** Strings that differ from line to line. */
const IDENTIFIERS = new Set(['ts', 'tenant_id', 'job_id'])

const FIELDS: [string, z.ZodType][] = Object.entries(AnonymizedExport.shape)

export const REQUIRED_MEMBERS: readonly Member[] = FIELDS.filter(([, field]) => !isOptional(field)).map(describe)
/** All members of a sample: the required ones, then the optional ones. */
export const MEMBERS: readonly Member[] = [
  ...REQUIRED_MEMBERS,
  ...FIELDS.filter(([, field]) => isOptional(field)).map(describe),
]

function isOptional(field: z.ZodType): boolean {
  return field instanceof z.ZodOptional
}

function describe([key, field]: [string, z.ZodType]): Member {
  const nullable = field instanceof z.ZodNullable
  const inner = nullable || field instanceof z.ZodOptional ? (field.unwrap() as z.ZodType) : field
  if (IDENTIFIERS.has(key)) return { key, role: 'identifier', pattern: patternOf(key, inner), nullable }
  if (FEW_VALUES.has(key) || !(inner instanceof z.ZodNumber)) return { key, role: 'dictionary' }
  const { minValue: min, maxValue: max } = inner
  if (min === null || min < 0 || max === null) throw new TypeError(`${key}: a measurement needs bounds, from 0 or more`)
  return { key, role: inner instanceof z.ZodNumberFormat ? 'whole' : 'real', min, max, nullable }
}

function patternOf(key: string, field: z.ZodType): string {
  const { pattern } = z.toJSONSchema(field) as { pattern?: string }
  if (pattern === undefined) throw new TypeError(`${key}: an identifier needs a pattern`)
  return pattern.replace(/^\^/, '').replace(/\$$/, '')
}
