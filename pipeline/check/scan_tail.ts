import { sqlString } from '../sql_text.ts'
import type { Layout } from './layout.ts'
import type { LineForm, Member } from './line_form.ts'
import { checkNumber } from './scan_number.ts'

type Measurement = Member & { max: number }

/**
 * The members after the last required key, in any order, as SQL. An optional measurement would make nearly every line a group of its
 * own: its value is read and checked, and stands as 0 in the group's text. It is looked for where the contract's order can put it.
 *
 * @param from how many members stand before the tail
 */
export function tailSlots(form: LineForm, layout: Layout, from: number) {
  const free = form.optional.filter(({ key }) => !layout.members.some((member) => member.key === key))
  const measured = free.flatMap((member, i) => ('max' in member ? [measurement(member, layout, from, i + 1)] : []))
  const columns = free.map((_, i) => ({
    name: `t_${i + 1}`,
    sql: groupText(
      `p[${from + i + 1}]`,
      measured.filter(({ reach }) => reach > i),
    ),
  }))
  return {
    columns,
    values: measured.flatMap(({ values }) => values),
    checks: [`p[${from + free.length + 1}] IS NULL`, ...measured.map(({ check }) => check)],
  }
}

function measurement(member: Measurement, layout: Layout, from: number, reach: number) {
  const { key } = member
  const prefix = `${layout.beforeKey}"${key}":${layout.beforeValue}`
  const slots = Array.from({ length: reach }, (_, i) => `p[${from + i + 1}]`)
  const found = slots.map(
    (slot) =>
      `WHEN starts_with(${slot}, ${sqlString(prefix)}) THEN CASE WHEN ends_with(${slot}, '}') THEN left(${slot}, length(${slot}) - 1) ELSE ${slot} END`,
  )
  const text = `text_${key}`
  return {
    prefix,
    reach,
    values: [
      `CASE ${found.join(' ')} END AS ${text}`,
      `TRY_CAST(substr(${text}, ${prefix.length + 1}) AS ${member.role === 'whole' ? 'BIGINT' : 'DOUBLE'}) AS ${key}`,
    ],
    check: `(${text} IS NULL OR (${checkNumber(member, text, prefix)}))`,
  }
}

function groupText(slot: string, measured: { prefix: string }[]): string {
  if (measured.length === 0) return slot
  const cases = measured.map(({ prefix }) => {
    const zero = sqlString(`${prefix}0`)
    return `WHEN starts_with(${slot}, ${sqlString(prefix)}) THEN CASE WHEN ends_with(${slot}, '}') THEN concat(${zero}, '}') ELSE ${zero} END`
  })
  return `CASE ${cases.join(' ')} ELSE ${slot} END`
}
