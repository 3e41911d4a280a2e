import type { Scale } from '../range_bar.ts'

/** From 0 to the highest value; or logarithmic, over the whole decades that hold the values. */
export function makeScale(values: number[], kind: 'linear' | 'log'): Scale {
  const high = values.reduce((a, b) => Math.max(a, b), 0) || 1
  if (kind === 'linear') return linearScale(high)
  const low = values.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), high)
  return logScale(low, high)
}

function linearScale(high: number): Scale {
  const step = roundStep(high / 3)
  const end = Math.ceil((high * 1.001) / step) * step
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => Number((i * step).toPrecision(6)))
  return { at: (value) => Math.min(value / end, 1), ticks }
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10)
}

function logScale(low: number, high: number): Scale {
  const from = Math.floor(Math.log10(low))
  const to = Math.max(Math.ceil(Math.log10(high * 1.001)), from + 1)
  const at = (value: number) => Math.min(Math.max((Math.log10(value) - from) / (to - from), 0), 1)
  const every = Math.max(1, Math.ceil((to - from) / 4))
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i)).filter((_, i) => i % every === 0)
  return { at, ticks }
}
