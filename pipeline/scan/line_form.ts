import { z } from 'zod'
import { AnonymizedExport, CuratedRun } from '../../contracts/index.ts'
import type { LineForm, Member } from './member.ts'

/**
 * Numbers that take few values in one file, and are therefore grouped by rather than measured. The concurrency of curated rows is one of
 * them because a rule ties it to the measurement type.
 */
const FEW_VALUES = {
  anonymized_export: new Set(['vram_total_mb', 'gpu_count', 'schema_version']),
  curated_run: new Set(['vram_total_mb', 'gpu_count', 'runs', 'concurrency']),
}

/** Strings that differ from line to line. */
const IDENTIFIERS = new Set(['ts', 'tenant_id', 'job_id', 'origin'])

export const LINE_FORMS: Record<'community' | 'curated', LineForm> = {
  community: lineForm('anonymized_export', AnonymizedExport.shape),
  curated: lineForm('curated_run', CuratedRun.shape),
}

function lineForm(contract: keyof typeof FEW_VALUES, shape: Record<string, z.ZodType>): LineForm {
  const members = Object.entries(shape).map(([key, field]) => ({
    member: describe(key, field, FEW_VALUES[contract]),
    field,
  }))
  return {
    contract,
    required: members.filter(({ field }) => !(field instanceof z.ZodOptional)).map(({ member }) => member),
    optional: members.filter(({ field }) => field instanceof z.ZodOptional).map(({ member }) => member),
  }
}

function describe(key: string, field: z.ZodType, fewValues: Set<string>): Member {
  const nullable = field instanceof z.ZodNullable
  const inner = field instanceof z.ZodNullable || field instanceof z.ZodOptional ? (field.unwrap() as z.ZodType) : field
  if (IDENTIFIERS.has(key)) return { key, role: 'identifier', pattern: patternOf(key, inner), nullable }
  if (fewValues.has(key) || !(inner instanceof z.ZodNumber)) return { key, role: 'dictionary' }
  const { minValue: min, maxValue: max } = inner
  if (min === null || min < 0 || max === null) throw new TypeError(`${key}: a measurement needs bounds, from 0 or more`)
  return { key, role: inner instanceof z.ZodNumberFormat ? 'whole' : 'real', min, max, nullable }
}

function patternOf(key: string, field: z.ZodType): string {
  const { pattern } = z.toJSONSchema(field) as { pattern?: string }
  if (pattern === undefined) throw new TypeError(`${key}: an identifier needs a pattern`)
  return pattern.replace(/^\^/, '').replace(/\$$/, '')
}
