import { z } from 'zod'
import { AnonymizedExport } from '../telemetry_event.ts'

/** What differs from line to line within a sample: the rest of its text is the same for all lines of a template. */
export type Variable =
  | { key: string; kind: 'number'; whole: boolean; min: number; max: number }
  /** Hexadecimal digits behind a text that may be empty. */
  | { key: string; kind: 'hex'; prefix: string; least: number; most: number }
  | { key: string; kind: 'day'; pattern: RegExp }

/** Numbers that take few values in one file: lines with different ones are of different templates. */
const FEW_VALUES = new Set(['vram_total_mb', 'weights_mb', 'gpu_count', 'schema_version'])
const IDENTIFIERS = new Set(['ts', 'tenant_id', 'job_id'])

/** A text with at most one run of hexadecimal digits, which may be missing: `anon(:[0-9a-f]{8,64})?`. */
const HEX = /^\^([a-z]*)\(?(:?)\[0-9a-f\]\{(\d+),(\d+)\}(?:\)\?)?\$$/

/** The variable members of a sample, in the order of the contract. */
export const VARIABLES: readonly Variable[] = Object.entries(AnonymizedExport.shape).flatMap(([key, field]) => {
  const isWrapped = field instanceof z.ZodNullable || field instanceof z.ZodOptional
  const inner = isWrapped ? (field.unwrap() as z.ZodType) : field
  if (IDENTIFIERS.has(key)) return [describeIdentifier(key, inner)]
  return FEW_VALUES.has(key) || !(inner instanceof z.ZodNumber) ? [] : [describeNumber(key, inner)]
})

function describeNumber(key: string, field: z.ZodNumber): Variable {
  const { minValue: min, maxValue: max } = field
  if (min === null || min < 0 || max === null) throw new TypeError(`${key}: a measurement needs bounds, from 0 or more`)
  return { key, kind: 'number', whole: field instanceof z.ZodNumberFormat, min, max }
}

function describeIdentifier(key: string, field: z.ZodType): Variable {
  const { pattern = '' } = z.toJSONSchema(field) as { pattern?: string }
  if (key === 'ts') return { key, kind: 'day', pattern: new RegExp(pattern) }
  const [, before, colon, least, most] = HEX.exec(pattern) ?? []
  if (before === undefined) throw new TypeError(`${key}: expected a pattern of hexadecimal digits, found ${pattern}`)
  return { key, kind: 'hex', prefix: `${before}${colon}`, least: Number(least), most: Number(most) }
}
