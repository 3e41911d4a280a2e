import { UsageError } from '../usage_error.ts'

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** A time that an option gives as a span back from now (`90m`, `24h`, `7d`, `2w`) or as a day; ms since 1970. Throws UsageError. */
export function readTime(flag: string, text: string, now: Date): number {
  const [, count, unit] = /^(\d{1,5})([mhdw])$/.exec(text) ?? []
  if (count && unit) return now.getTime() - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
  const day = readDay(text)
  if (day !== null) return day
  throw new UsageError(`${flag}: expected a span (90m, 24h, 7d, 2w) or a day (YYYY-MM-DD), found "${text}".`)
}

/** The beginning of a day in UTC, in ms since 1970; null if the text is none. */
export function readDay(text: string): number | null {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return Number.isNaN(ms) ? null : ms
}
