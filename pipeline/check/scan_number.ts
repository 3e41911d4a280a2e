import { sqlString } from '../sql_text.ts'
import type { Measurement } from './line_form.ts'

/** Text of a JSON number from 0 up. */
const REAL = '(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?'

/** Whether `text` is exactly the prefix and a number of the member's kind and bounds. */
export function checkNumber(member: Measurement, text: string, prefix: string): string {
  if (member.role === 'whole')
    return `${member.key} BETWEEN ${member.min} AND ${member.max} AND concat(${sqlString(prefix)}, ${member.key}) = ${text}`
  return `${member.key} BETWEEN ${member.min} AND ${member.max} AND regexp_full_match(${text}, ${sqlString(quoteRegex(prefix) + REAL)})`
}

/** A prefix as a pattern. */
export function quoteRegex(text: string): string {
  return text.replace(/[{}]/g, '[$&]')
}
