import * as Plot from '@observablehq/plot'
import { formatCount } from '../lib/format.ts'

/** The horizontal axis of values. Its text is explicit, because Plot hides labels of a log axis if it counts too many. */
export function valueAxis(label: string, ticks: number | number[]): Plot.Markish {
  return Plot.axisX({ ticks, text: formatTick, label, labelAnchor: 'center', labelArrow: 'none' })
}

function formatTick(value: number): string {
  return value >= 1000 ? formatCount(value) : String(Number(value.toPrecision(3)))
}
