/** Numbers and words as the pages show them. All take values in the unit that the contract states. */

type Kind = 'community' | 'curated'

const NONE = '–'

/** A measured value at three significant digits, thousands separated: `7.42`, `52.1`, `1,230`. */
export function formatValue(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE
  if (value === 0) return '0'
  const rounded = Number(value.toPrecision(3))
  if (Math.abs(rounded) >= 1000) return formatCount(rounded)
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))))
  return rounded.toFixed(Math.min(decimals, 4))
}

/** An amount of US dollars, without the sign: cents (`2.39`), whole dollars from 1,000 on, two significant digits below 10 cents (`0.065`). */
export function formatUsd(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE
  if (value >= 999.995) return formatCount(value)
  const rounded = value < 0.1 ? Number(value.toPrecision(2)) : value
  if (rounded >= 0.1 || rounded === 0) return rounded.toFixed(2)
  return rounded.toFixed(1 - Math.floor(Math.log10(rounded)))
}

/**
 * A value with as few digits as tell the same: five at least, and more where `show` would write it differently, so that what is carried in few
 * bytes is rounded once only, where it is shown.
 */
export function shorten(value: number, show: (value: number) => string): number {
  const shown = show(value)
  for (let digits = 5; digits <= 17; digits++) {
    const short = Number(value.toPrecision(digits))
    if (show(short) === shown) return short
  }
  return value
}

type Format = (value: number | null | undefined) => string

/** `48.2–55.0` */
export function formatRange(
  low: number | null | undefined,
  high: number | null | undefined,
  format: Format = formatValue,
): string {
  return low === null || low === undefined ? NONE : `${format(low)}–${format(high)}`
}

interface Spread {
  n: number
  p25: number
  p75: number
}

/** The spread of a figure, p25–p75. A single observation has none, that of a community figure can be withheld, and both say so. */
export function formatSpread({ n, p25, p75 }: Spread, kind: Kind, format: Format = formatValue): string {
  if (n === 1) return 'single value'
  return kind === 'community' && p25 === p75 ? 'no spread shown' : formatRange(p25, p75, format)
}

/** The same in a sentence: `p25–p75 48.2–55.0`. */
export function describeSpread(figure: Spread, kind: Kind, format: Format = formatValue): string {
  const spread = formatSpread(figure, kind, format)
  return spread.includes('–') ? `p25–p75 ${spread}` : spread
}

/** A whole number with thousands separated: `1,260`. */
export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** A share as a percentage: `98.2 %`. */
export function formatShare(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : `${Number((value * 100).toFixed(1))} %`
}

/** Bytes in decimal units: `34.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const [unit, size] = bytes < 1e6 ? ['kB', 1e3] : ['MB', 1e6]
  return `${(bytes / Number(size)).toFixed(1)} ${unit}`
}

/** Billions of parameters: `70.6 B`. */
export function formatParameters(billions: number | null | undefined): string {
  if (billions === null || billions === undefined) return NONE
  return billions < 1 ? `${Math.round(billions * 1000)} M` : `${Number(billions.toPrecision(3))} B`
}

/** `1 figure`, `12 figures`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`
}
