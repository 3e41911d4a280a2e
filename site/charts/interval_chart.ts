import * as Plot from '@observablehq/plot'
import { formatValue } from '../lib/format.ts'
import type { Kind } from '../lib/labels.ts'
import { logTicks } from './log_ticks.ts'
import { plotSvg } from './plot_svg.ts'
import { valueAxis } from './value_axis.ts'

/** A figure in the chart: a mark at the median, a line from p25 to p75. */
export interface Interval {
  label: string
  kind: Kind
  low: number
  mid: number
  high: number
}

/** A chart is drawn twice, for phones and for wide screens; CSS shows one of them. */
export type ChartSize = 'narrow' | 'wide'

/** Longest label, in characters, that is written out beside a wide chart. */
const WIDE_LABEL = 58
/** Longest label above a row of a narrow chart. */
const NARROW_LABEL = 46

/** Medians with their p25–p75 as a dot plot, a row each, in the order given. `axis` is the axis label with its unit. */
export function intervalChart(
  rows: Interval[],
  { axis, title, size }: { axis: string; title: string; size: ChartSize },
): string {
  const keyed = rows.map((row, i) => ({ ...row, key: String(i) }))
  const log = needsLog(rows)
  const low = Math.min(...rows.map((row) => row.low))
  const high = Math.max(...rows.map((row) => row.high))
  const ticks = log ? logTicks([low, high], size === 'wide' ? 10 : 6) : size === 'wide' ? 8 : 4
  return plotSvg(
    {
      width: size === 'wide' ? 940 : 360,
      height: rows.length * (size === 'wide' ? 22 : 36) + 50,
      marginLeft: size === 'wide' ? labelWidth(rows) : 12,
      marginRight: 52,
      marginTop: 8,
      marginBottom: 42,
      x: { type: log ? 'log' : 'linear', zero: !log, nice: !log },
      y: { domain: keyed.map((row) => row.key), axis: null, padding: 0.5 },
      marks: [
        Plot.gridX({ ticks }),
        valueAxis(`${axis}${log ? ' (log scale)' : ''}`, ticks),
        ...labelMarks(keyed, size),
        ...figureMarks(keyed, size),
      ],
    },
    title,
  )
}

/** Room for the longest label, in pixels, at about 6.6 a character. */
function labelWidth(rows: Interval[]): number {
  return 24 + 6.6 * Math.min(WIDE_LABEL, Math.max(...rows.map((row) => row.label.length)))
}

type Keyed = Interval & { key: string }

function labelMarks(rows: Keyed[], size: ChartSize): Plot.Markish[] {
  const base = {
    y: 'key',
    text: (row: Keyed) => shorten(row.label, size === 'wide' ? WIDE_LABEL : NARROW_LABEL),
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

/** Whether to use a log axis: if the largest median is over 20 times the smallest. */
export function needsLog(rows: Interval[]): boolean {
  const mids = rows.map((row) => row.mid)
  return Math.min(...rows.map((row) => row.low)) > 0 && Math.max(...mids) / Math.min(...mids) > 20
}

/** Shortens the first part of a label, the name: the rest tells rows of the same name apart. */
function shorten(label: string, length: number): string {
  if (label.length <= length) return label
  const [name, ...rest] = label.split(' · ')
  const tail = rest.map((part) => ` · ${part}`).join('')
  const short = `${name!.slice(0, Math.max(8, length - tail.length - 1))}…${tail}`
  return short.length <= length ? short : `${short.slice(0, length - 1)}…`
}
