import { sqlString } from '../sql_text.ts'
import type { Layout } from './layout.ts'
import type { LineForm, Measurement, Member } from './line_form.ts'
import { checkNumber } from './scan_number.ts'

/** What stands in a group's text for the value of an optional measurement. */
const STAND_IN = '1'

/** An optional measurement of the tail: the text before its value, and how many slots it is looked for in. */
interface TailMeasurement {
  member: Measurement
  prefix: string
  reach: number
}

/** The optional keys that are not among the members of the layout, in the contract's order: as many slots has the tail. */
function tailMembers(form: LineForm, layout: Layout): Member[] {
  return form.optional.filter(({ key }) => !layout.members.some((member) => member.key === key))
}

function tailMeasurements(form: LineForm, layout: Layout): TailMeasurement[] {
  return tailMembers(form, layout).flatMap((member, i) =>
    'max' in member
      ? [{ member, prefix: `${layout.beforeKey}"${member.key}":${layout.beforeValue}`, reach: i + 1 }]
      : [],
  )
}

/** Whether every optional measurement that a group's representative has was found in a slot of the tail, so that its values were read. */
export function readsAllMeasurements(
  form: LineForm,
  layout: Layout,
  value: Record<string, unknown>,
  slots: (string | null)[],
): boolean {
  return tailMeasurements(form, layout).every(({ member, prefix, reach }) => {
    const texts = [`${prefix}${STAND_IN}`, `${prefix}${STAND_IN}}`]
    return (
      value[member.key] === undefined || slots.slice(0, reach).some((slot) => slot !== null && texts.includes(slot))
    )
  })
}

/**
 * The members after the last required key, in any order, as SQL. An optional measurement would make nearly every line a group of its
 * own: its value is read and checked, and a stand-in takes its place in the group's text. It is looked for where the contract's order
 * can put it.
 *
 * @param from how many members stand before the tail
 */
export function tailSlots(form: LineForm, layout: Layout, from: number) {
  const measured = tailMeasurements(form, layout)
  const length = tailMembers(form, layout).length
  const columns = Array.from({ length }, (_, i) => {
    const within = measured.filter(({ reach }) => reach > i)
    return { name: `t_${i + 1}`, sql: groupText(`p[${from + i + 1}]`, within) }
  })
  return {
    columns,
    values: measured.flatMap((measurement) => readValue(measurement, from)),
    checks: [`p[${from + length + 1}] IS NULL`, ...measured.map(checkValue)],
  }
}

function readValue({ member, prefix, reach }: TailMeasurement, from: number): string[] {
  const found = Array.from({ length: reach }, (_, i) => {
    const slot = `p[${from + i + 1}]`
    const bare = `CASE WHEN ends_with(${slot}, '}') THEN left(${slot}, length(${slot}) - 1) ELSE ${slot} END`
    return `WHEN starts_with(${slot}, ${sqlString(prefix)}) THEN ${bare}`
  })
  const text = `text_${member.key}`
  const type = member.role === 'whole' ? 'BIGINT' : 'DOUBLE'
  return [
    `CASE ${found.join(' ')} END AS ${text}`,
    `TRY_CAST(substr(${text}, ${prefix.length + 1}) AS ${type}) AS ${member.key}`,
  ]
}

function checkValue({ member, prefix }: TailMeasurement): string {
  const text = `text_${member.key}`
  return `(${text} IS NULL OR (${checkNumber(member, text, prefix)}))`
}

function groupText(slot: string, measured: TailMeasurement[]): string {
  if (measured.length === 0) return slot
  const cases = measured.map(({ prefix }) => {
    const standIn = sqlString(`${prefix}${STAND_IN}`)
    return `WHEN starts_with(${slot}, ${sqlString(prefix)}) THEN CASE WHEN ends_with(${slot}, '}') THEN concat(${standIn}, '}') ELSE ${standIn} END`
  })
  return `CASE ${cases.join(' ')} ELSE ${slot} END`
}
