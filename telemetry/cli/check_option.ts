import type { z } from 'zod'
import { FIELD_FORMS } from '../import/field_forms.ts'
import { UsageError } from './usage_error.ts'

/** The text of an option where it has the form of the contract's field; throws UsageError otherwise. */
export function checkText(flag: string, value: string | undefined, schema: z.ZodType, field: string) {
  if (value === undefined || schema.safeParse(value).success) return value
  throw new UsageError(`${flag}: expected ${FIELD_FORMS[field]}, found "${value}".`)
}

/** The whole number of an option where it is within the bounds of the contract's field; throws UsageError otherwise. */
export function checkCount(flag: string, value: string | undefined, field: z.ZodNumber): number | undefined {
  if (value === undefined) return undefined
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (field.safeParse(number).success) return number
  throw new UsageError(
    `${flag}: expected a whole number from ${field.minValue} to ${field.maxValue}, found "${value}".`,
  )
}
