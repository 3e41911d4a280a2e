/** Numbers and words as the pages show them. All take values in the unit that the contract states. */

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

/** `48.2–55.0` */
export function formatRange(low: number | null | undefined, high: number | null | undefined): string {
  return low === null || low === undefined ? NONE : `${formatValue(low)}–${formatValue(high)}`
}

/** The spread of a figure, p25–p75; a single observation has none, and says so. */
export function formatSpread({ n, p25, p75 }: { n: number; p25: number; p75: number }): string {
  return n === 1 ? 'single value' : formatRange(p25, p75)
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
