/** A seeded source of random draws: equal seeds give equal sequences on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number
  /** Whole number in [0, bound). */
  int(bound: number): number
  pick<T>(items: readonly T[]): T
  /** Standard normal. */
  normal(): number
  /** Log-normal with the given median and sigma of the logarithm. */
  lognormal(median: number, sigma: number): number
  /** `digits` lower-case hexadecimal digits. */
  hex(digits: number): string
}

/** mulberry32 (public domain, Tommy Ettinger), after a scramble of the seed so that neighbouring seeds differ. */
export function createRandom(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (bound: number) => Math.floor(uniform() * bound)
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return {
    uniform,
    int,
    normal,
    pick: (items) => items[int(items.length)]!,
    lognormal: (median, sigma) => median * Math.exp(sigma * normal()),
    hex: (digits) =>
      Array.from({ length: Math.ceil(digits / 8) }, () => hex8(uniform()))
        .join('')
        .slice(0, digits),
  }
}

function hex8(unit: number): string {
  return Math.floor(unit * 4_294_967_296)
    .toString(16)
    .padStart(8, '0')
}
