const DAY_MS = 86_400_000

/** The months, as `YYYY-MM`, whose samples are taken: the present one and the one before, by UTC. */
export function openMonths(now_ms: number): readonly [previous: string, present: string] {
  const now = new Date(now_ms)
  const previous = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1))
  return [monthOf(previous.toISOString()), monthOf(now.toISOString())]
}

/** The month of an RFC 3339 time in UTC. */
export function monthOf(ts: string): string {
  return ts.slice(0, 7)
}

/** Whether a sample's day is in an open month, and no more than a day ahead of this host's clock. */
export function isOpen(ts: string, now_ms: number): boolean {
  const [previous] = openMonths(now_ms)
  return monthOf(ts) >= previous && Date.parse(ts) <= now_ms + DAY_MS
}

/** Whether a month ended more than so many days ago. */
export function isPast(month: string, keep_days: number, now_ms: number): boolean {
  const [year, number] = month.split('-').map(Number)
  return Date.UTC(year!, number!, 1) + keep_days * DAY_MS < now_ms
}
