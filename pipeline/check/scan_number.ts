import { sqlString } from '../sql_text.ts'
import type { Member } from './line_form.ts'

/** Text of a JSON number from 0 up. */
const REAL = '(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?'

/** Whether `text` is exactly the prefix and a number of the member's kind and bounds. */
export function checkNumber(member: Member & { max: number }, text: string, prefix: string): string {
  if (member.role === 'whole')
    return `${member.key} BETWEEN 0 AND ${member.max} AND concat(${sqlString(prefix)}, ${member.key}) = ${text}`
  return `${member.key} <= ${member.max} AND regexp_full_match(${text}, ${sqlString(quoteRegex(prefix) + REAL)})`
}

/** A prefix as a pattern. */
export function quoteRegex(text: string): string {
  return text.replace(/[{}]/g, '[$&]')
}
