import { formatFigure } from '../../figures.ts'
import { type Level, quantile } from './level.ts'
import type { Slo } from './options.ts'

/**
 * Throughput counts as risen if it took at least this share of the rise that perfect scaling gives: + 5 % where the streams double. Two runs of
 * one level differ by less.
 */
const LEAST_RISE = 0.05
/** The share of requests that must keep an SLO. */
export const SLO_SHARE = 0.95

/** What a ramp of levels says, and why it ended. */
export interface Verdict {
  /** The level after which throughput no longer rose; null if it rose to the last. */
  knee: Level | null
  /** The highest level up to which every level kept the SLO without a failure; null if not even the first did. */
  held: Level | null
  /** Why the level after `held` did not hold; null if all did. */
  broken: string | null
}

/** Judges the levels that were measured so far, in their order. */
export function judgeLevels(levels: readonly Level[], slo: Slo): Verdict {
  const firstBroken = levels.findIndex((level) => whyBroken(level, slo) !== null)
  const holding = firstBroken === -1 ? levels : levels.slice(0, firstBroken)
  const flat = holding.findIndex((level, at) => at > 0 && !hasRisen(holding[at - 1]!, level))
  return {
    knee: flat === -1 ? null : holding[flat - 1]!,
    held: holding.at(-1) ?? null,
    broken: firstBroken === -1 ? null : whyBroken(levels[firstBroken]!, slo),
  }
}

/** Whether no further level is to be measured. */
export function isOver({ knee, broken }: Verdict): boolean {
  return knee !== null || broken !== null
}

function hasRisen(before: Level, after: Level): boolean {
  const perfect = after.concurrency / before.concurrency - 1
  return after.output_tps >= before.output_tps * (1 + LEAST_RISE * perfect)
}

/** Why a level does not hold: a failed request, or more than 5 % of the requests that break the SLO; null if it does. */
function whyBroken({ failure, ttft_ms, decode_tps }: Level, { max_ttft_ms, min_tps }: Slo): string | null {
  if (failure !== null) return `a request failed: ${failure}`
  const slow = quantile(ttft_ms, SLO_SHARE)
  if (max_ttft_ms !== undefined && slow === null) return 'no request shows its time to the first token'
  if (max_ttft_ms !== undefined && slow! > max_ttft_ms)
    return `TTFT p95 of ${formatFigure(slow!)} ms is above ${formatFigure(max_ttft_ms)} ms`
  const least = quantile(
    decode_tps.map((speed) => -speed),
    SLO_SHARE,
  )
  if (min_tps !== undefined && least === null) return 'no request shows its decode speed'
  if (min_tps !== undefined && -least! < min_tps)
    return `decode p5 of ${formatFigure(-least!)} tok/s is below ${formatFigure(min_tps)} tok/s`
  return null
}
