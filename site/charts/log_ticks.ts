import { scaleLinear, scaleLog } from 'd3-scale'

/** How many ticks an axis of less than a decade gets, about. */
const FEW = 5

/**
 * Ticks of a log axis from low to high: of those that d3's log scale has, 1, 2 and 5 of each decade; only the powers of ten if the former
 * are more than `most`. An axis of less than a decade has evenly spaced round values.
 */
export function logTicks([low, high]: readonly [low: number, high: number], most: number): number[] {
  if (high / low < 10) return scaleLinear([low, high], [0, 1]).ticks(FEW)
  const scale = scaleLog([low, high], [0, 1])
  const ticks = scale.ticks()
  const starting = (digits: string) => ticks.filter((tick) => digits.includes(tick.toExponential().split('e')[0]!))
  const fine = starting('125')
  if (fine.length <= most) return fine
  const powers = starting('1')
  return powers.length <= most ? powers : scale.ticks(most)
}
