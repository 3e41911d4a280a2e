import type { Level } from './types.ts'

/** What each user has to get; null is no limit. */
export interface Slo {
  ttftMs: number | null
  tps: number | null
}

/** The highest load at which a configuration is known to hold an SLO. */
export interface Capacity {
  users: number
  /** How it is known: measured at that load, interpolated to the next measured load, or the last load measured. */
  basis: 'measured' | 'interpolated' | 'last'
}

/** What a configuration delivers at a load: measured there, or interpolated between the measured loads around it. */
export interface Delivered {
  users: number
  tps: number
  /** Whether `tps` is end-to-end speed, below which decode speed cannot be. */
  isLowerBound: boolean
  ttftMs: number | null
  outputTps: number
  powerW: number | null
  /** The measured loads it lies between; null if it was measured itself. */
  between: [Level, Level] | null
  /** The measured level, or the one below. */
  level: Level
}

/** The speed of one user: decode speed if measured, else throughput over users, a lower bound of it. */
export function userSpeed({ tps, outputTps, users }: Level): { tps: number; isLowerBound: boolean } {
  return tps === null ? { tps: outputTps / users, isLowerBound: true } : { tps, isLowerBound: false }
}

/** Whether figures hold an SLO. A limit on what was not measured is not held. */
export function holds({ tps, ttftMs }: { tps: number; ttftMs: number | null }, slo: Slo): boolean {
  return (slo.tps === null || tps >= slo.tps) && (slo.ttftMs === null || (ttftMs !== null && ttftMs <= slo.ttftMs))
}

/** The highest load that holds an SLO, never beyond the last one measured; null if none does. `levels` are sorted by users. */
export function capacityOf(levels: Level[], slo: Slo): Capacity | null {
  const last = levels.findLastIndex((level) => holds({ ...level, ...userSpeed(level) }, slo))
  const [best, next] = [levels[last], levels[last + 1]]
  if (!best) return null
  const measured = Math.floor(best.users)
  if (!next) return { users: measured, basis: 'last' }
  const between = Math.floor(crossing(best, next, slo))
  return between > measured ? { users: between, basis: 'interpolated' } : { users: measured, basis: 'measured' }
}

/** The load between two measured ones at which the first limit is reached; that of `low` if a figure needed is unknown. */
function crossing(low: Level, high: Level, slo: Slo): number {
  const [a, b] = [userSpeed(low), userSpeed(high)]
  const shares = [
    slo.tps === null ? 1 : a.isLowerBound === b.isLowerBound ? shareOf(slo.tps, a.tps, b.tps, true) : 0,
    slo.ttftMs === null ? 1 : shareOf(slo.ttftMs, low.ttftMs, high.ttftMs, false),
  ]
  return between(low.users, high.users, Math.min(...shares))
}

/** How far from `low` to `high` the limit is reached, on a log scale; 1 if `high` still holds it. */
function shareOf(limit: number, low: number | null, high: number | null, isLeast: boolean): number {
  if (low === null || high === null) return 0
  if (isLeast ? high >= limit : high <= limit) return 1
  return Math.log(limit / low) / Math.log(high / low)
}

/** Interpolates two positive values on a log scale. */
function between(low: number, high: number, share: number): number {
  return low * (high / low) ** share
}

/** What a configuration delivers at a load; null outside the loads that were measured. */
export function deliveredAt(levels: Level[], users: number): Delivered | null {
  const at = levels.findLastIndex((level) => level.users <= users)
  const [low, high] = [levels[at], levels[at + 1]]
  if (!low || (!high && low.users < users)) return null
  if (!high || low.users === users) return { ...low, ...userSpeed(low), between: null, level: low }
  return interpolate(low, high, users)
}

function interpolate(low: Level, high: Level, users: number): Delivered {
  const share = Math.log(users / low.users) / Math.log(high.users / low.users)
  const both = (a: number | null, b: number | null) => (a === null || b === null ? null : between(a, b, share))
  const decode = both(low.tps, high.tps)
  const outputTps = between(low.outputTps, high.outputTps, share)
  return {
    users,
    tps: decode ?? outputTps / users,
    isLowerBound: decode === null,
    ttftMs: both(low.ttftMs, high.ttftMs),
    outputTps,
    powerW: both(low.powerW, high.powerW),
    between: [low, high],
    level: low,
  }
}
