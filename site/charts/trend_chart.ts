import * as Plot from '@observablehq/plot'
import { formatValue } from '../lib/format.ts'
import type { Kind } from '../lib/labels.ts'
import { needsLog } from './interval_chart.ts'
import { logTicks } from './log_ticks.ts'
import { plotSvg } from './plot_svg.ts'

/** One figure of a trend: a mark at the median, a line from p25 to p75. */
export interface TrendPoint {
  /** A category of the horizontal axis. */
  at: string
  /** Points of one series are joined. */
  series: string
  low: number
  mid: number
  high: number
}

/** The mark of the i-th series as a character. */
export function seriesGlyph(i: number): string {
  return GLYPHS[i % GLYPHS.length]!
}

export interface TrendOptions {
  title: string
  /** Names of the axes, with their units. */
  places: string
  values: string
  kind: Kind
  /** All series, in the order that assigns their marks; by default those of the points. */
  series?: string[]
}

/** Series differ by shape and by line pattern. */
const SYMBOLS = ['circle', 'diamond2', 'square', 'triangle', 'asterisk', 'star'] as const
/** The same shapes as characters, for the key beside the chart. */
const GLYPHS = ['○', '◇', '□', '△', '✳', '☆'] as const
const DASHES = ['', '5 3', '2 3', '8 3 2 3', '1 4', '10 4'] as const
/** Pixels between the marks of two series in one category, and of a character at 12 px. */
const SHIFT = 8
const CHARACTER = 6.7
/** One width for phones and for wide screens, which show several charts side by side. */
const WIDTH = 400
const MARGIN_LEFT = 52
const MARGIN_RIGHT = 28

/** Medians with their p25–p75 by category in the order given (prompt sizes, versions), joined by series. */
export function trendChart(points: TrendPoint[], places: string[], options: TrendOptions): string {
  const series = options.series ?? [...new Set(points.map((point) => point.series))]
  const slot = (WIDTH - MARGIN_LEFT - MARGIN_RIGHT) / places.length
  const turn = Math.max(...places.map((place) => place.length)) * CHARACTER > slot - 4
  const { log, ticks } = scaleOf(points)
  return plotSvg(
    {
      width: WIDTH,
      height: 250 + (turn ? 34 : 0),
      marginLeft: MARGIN_LEFT,
      marginRight: MARGIN_RIGHT,
      marginTop: 38,
      marginBottom: turn ? 76 : 42,
      x: { type: 'point', domain: places, padding: 0.5 },
      y: { type: log ? 'log' : 'linear', zero: !log, nice: !log },
      marks: [
        Plot.gridY({ ticks }),
        Plot.axisY({
          ticks,
          text: formatTick,
          label: `${options.values}${log ? ' (log scale)' : ''}`,
          labelArrow: 'none',
        }),
        Plot.axisX({
          label: options.places,
          labelAnchor: 'center',
          labelArrow: 'none',
          tickRotate: turn ? -35 : 0,
          labelOffset: turn ? 70 : 36,
        }),
        ...series.flatMap((name, i) =>
          seriesMarks(
            points.filter((point) => point.series === name),
            { i, of: series.length, kind: options.kind },
          ),
        ),
        ...(series.length > 1 ? [] : [valueLabels(points)]),
      ],
    },
    options.title,
  )
}

function scaleOf(points: TrendPoint[]): { log: boolean; ticks: number | number[] } {
  const log = needsLog(points.map((point) => ({ ...point, label: '', kind: 'curated' })))
  if (!log) return { log, ticks: 5 }
  const low = Math.min(...points.map((point) => point.low))
  const high = Math.max(...points.map((point) => point.high))
  return { log, ticks: logTicks([low, high], 7) }
}

/** Explicit, because Plot hides labels of a log axis if it counts too many. */
const formatTick = (value: number): string => formatValue(value).replace(/\.0+$/, '')

interface SeriesTerms {
  /** Place of the series among `of`. */
  i: number
  of: number
  kind: Kind
}

function seriesMarks(points: TrendPoint[], { i, of, kind }: SeriesTerms): Plot.Markish[] {
  const tone = kind === 'community' ? '-community' : ''
  const dx = (i - (of - 1) / 2) * SHIFT
  const base = { x: 'at', dx } as const
  return [
    Plot.link(points, {
      x1: 'at',
      x2: 'at',
      y1: 'low',
      y2: 'high',
      dx,
      stroke: `var(--mark${tone}-soft)`,
      strokeWidth: 5,
      strokeLinecap: 'round',
    }),
    Plot.line(points, {
      ...base,
      y: 'mid',
      stroke: `var(--mark${tone})`,
      strokeWidth: 1.25,
      strokeDasharray: DASHES[i % 6],
    }),
    Plot.dot(points, {
      ...base,
      y: 'mid',
      r: 4,
      symbol: SYMBOLS[i % 6],
      fill: kind === 'community' && of === 1 ? `var(--mark${tone})` : 'var(--surface)',
      stroke: `var(--mark${tone})`,
      strokeWidth: 1.6,
    }),
  ]
}

function valueLabels(points: TrendPoint[]): Plot.Markish {
  return Plot.text(points, {
    x: 'at',
    y: 'high',
    text: (point: TrendPoint) => formatValue(point.mid),
    dy: -13,
    fill: 'currentColor',
  })
}
