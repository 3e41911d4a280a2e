import type { Figure } from './figure.ts'

/** The one meaning of "speed" on the site: decode speed where it is known, else end-to-end speed, which is a lower bound of it. */
export interface Speed {
  metric: 'decode_tps' | 'e2e_tps'
  figure: Figure
  /** True for end-to-end speed: decoding alone is at least that fast. Written with `≥`. */
  isLowerBound: boolean
}

/** The speed of a published row; null if neither metric was measured. */
export function speedOf(figures: { decode_tps?: Figure | undefined; e2e_tps?: Figure | undefined }): Speed | null {
  const { decode_tps, e2e_tps } = figures
  if (decode_tps) return { metric: 'decode_tps', figure: decode_tps, isLowerBound: false }
  return e2e_tps ? { metric: 'e2e_tps', figure: e2e_tps, isLowerBound: true } : null
}

/** Puts `≥ ` before a formatted lower bound. */
export function markBound(text: string, { isLowerBound }: Pick<Speed, 'isLowerBound'>): string {
  return isLowerBound ? `≥ ${text}` : text
}
