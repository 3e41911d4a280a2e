import * as Plot from '@observablehq/plot'
import { formatValue } from '../lib/format.ts'
import type { Kind } from '../lib/words.ts'
import { plotSvg } from './plot_svg.ts'

/** One figure as the chart draws it: a mark at the median, a line from p25 to p75. */
export interface Interval {
  label: string
  kind: Kind
  low: number
  mid: number
  high: number
}

/** The widths at which a chart is drawn: one for phones, one for wide screens; CSS shows one of them. */
export type ChartSize = 'narrow' | 'wide'

/** Medians with their p25–p75 as a dot plot, a row each, in the order given. `axis` is the axis label with its unit. */
export function intervalChart(
  rows: Interval[],
  { axis, title, size }: { axis: string; title: string; size: ChartSize },
): string {
  const keyed = rows.map((row, i) => ({ ...row, key: String(i) }))
  const log = needsLog(rows)
  return plotSvg(
    {
      width: size === 'wide' ? 900 : 360,
      height: rows.length * (size === 'wide' ? 22 : 36) + 54,
      marginLeft: size === 'wide' ? 330 : 12,
      marginRight: 52,
      marginTop: 8,
      marginBottom: 42,
      x: {
        label: `${axis}${log ? ' (log scale)' : ''}`,
        labelAnchor: 'center',
        labelArrow: 'none',
        type: log ? 'log' : 'linear',
        zero: !log,
        nice: true,
        grid: true,
        ticks: size === 'wide' ? 8 : 4,
        tickFormat: (value: number) => formatTick(value),
      },
      y: { domain: keyed.map((row) => row.key), axis: null, padding: 0 },
      marks: [...labelMarks(keyed, size), ...figureMarks(keyed, size)],
    },
    title,
  )
}

type Keyed = Interval & { key: string }

function labelMarks(rows: Keyed[], size: ChartSize): Plot.Markish[] {
  const shorten = (label: string) => cut(label, size === 'wide' ? 50 : 52)
  const base = {
    y: 'key',
    text: (row: Keyed) => shorten(row.label),
    frameAnchor: 'left',
    fill: 'currentColor',
  } as const
  if (size === 'wide') return [Plot.text(rows, { ...base, textAnchor: 'end', dx: -12 })]
  return [Plot.text(rows, { ...base, textAnchor: 'start', dy: -10 })]
}

function figureMarks(rows: Keyed[], size: ChartSize): Plot.Markish[] {
  const dy = size === 'wide' ? 0 : 7
  const community = (row: Interval) => row.kind === 'community'
  const soft = (row: Interval) => `var(--mark${community(row) ? '-community' : ''}-soft)`
  const strong = (row: Interval) => `var(--mark${community(row) ? '-community' : ''})`
  return [
    Plot.link(rows, {
      x1: 'low',
      x2: 'high',
      y1: 'key',
      y2: 'key',
      stroke: soft,
      strokeWidth: 6,
      strokeLinecap: 'round',
      dy,
    }),
    Plot.dot(rows.filter(community), { x: 'mid', y: 'key', r: 4, fill: strong, dy }),
    Plot.dot(
      rows.filter((row) => !community(row)),
      { x: 'mid', y: 'key', r: 4, symbol: 'diamond2', fill: 'var(--surface)', stroke: strong, strokeWidth: 1.8, dy },
    ),
    Plot.text(rows, {
      x: 'high',
      y: 'key',
      text: (row: Interval) => formatValue(row.mid),
      textAnchor: 'start',
      dx: 9,
      dy,
      fill: 'currentColor',
    }),
  ]
}

/** A log axis where the largest median is over 20 times the smallest. */
export function needsLog(rows: Interval[]): boolean {
  const mids = rows.map((row) => row.mid)
  return Math.min(...rows.map((row) => row.low)) > 0 && Math.max(...mids) / Math.min(...mids) > 20
}

/** Only 1, 2 and 5 of each decade get a number, so that a log axis stays readable. */
function formatTick(value: number): string {
  const lead = Number(value.toExponential(6).split('e')[0])
  const plain = value >= 1000 ? formatValue(value) : String(Number(value.toPrecision(3)))
  return Number.isInteger(lead) && ![1, 2, 5].includes(lead) && !Number.isInteger(value / 10) ? '' : plain
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
