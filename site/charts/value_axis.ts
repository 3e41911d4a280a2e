import * as Plot from '@observablehq/plot'
import { formatCount } from '../lib/format.ts'

/** The horizontal axis of a chart of values. The text is given by itself because Plot leaves out labels of a log axis that it finds too many. */
export function valueAxis(label: string, ticks: number | number[]): Plot.Markish {
  return Plot.axisX({ ticks, text: formatTick, label, labelAnchor: 'center', labelArrow: 'none' })
}

function formatTick(value: number): string {
  return value >= 1000 ? formatCount(value) : String(Number(value.toPrecision(3)))
}
