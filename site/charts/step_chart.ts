import * as Plot from '@observablehq/plot'
import { formatValue } from '../lib/format.ts'
import type { ChartSize } from './interval_chart.ts'
import { logTicks } from './log_ticks.ts'
import { plotSvg } from './plot_svg.ts'

/** The effect of one version step: a mark per configuration, and a line at their median. */
export interface StepRow {
  label: string
  /** How many times better the newer version is; a filled mark if the two medians lie outside each other's spread. */
  marks: { ratio: number; isDecided: boolean }[]
  mid: number
}

/** Pixels that the label of a tick takes. */
const TICK_ROOM = 44
/** In a narrow chart the label is in its row, above the marks. */
const ROW = { wide: 34, narrow: 58 }
/** Share of a row over which its marks are jittered, so that equal ones do not overlap. */
const SPREAD = 0.5
const CHARACTER = 6.7
const MARGIN_RIGHT = 60

/** The ratio of every configuration on a log axis, a row per version step; a rule at 1×, no change. */
export function stepChart(
  rows: StepRow[],
  { title, better, size }: { title: string; better: string; size: ChartSize },
): string {
  const isWide = size === 'wide'
  const marks = rows.flatMap((row, i) => row.marks.map((mark, j) => ({ ...mark, y: i + jitter(j) })))
  const labels = rows.map((row, y) => ({ ...row, y }))
  const domain = domainOf(marks.map(({ ratio }) => ratio))
  const width = isWide ? 940 : 360
  const marginLeft = isWide ? 24 + CHARACTER * Math.max(...rows.map((row) => row.label.length)) : 12
  return plotSvg(
    {
      width,
      height: rows.length * ROW[size] + 72,
      marginLeft,
      marginRight: MARGIN_RIGHT,
      marginTop: 30,
      marginBottom: 42,
      x: { type: 'log', domain },
      y: { type: 'linear', domain: [rows.length - 0.5, -0.5], axis: null },
      marks: [
        Plot.axisX({
          ticks: logTicks(domain, Math.floor((width - marginLeft - MARGIN_RIGHT) / TICK_ROOM)),
          text: (tick: number) => `${tick}×`,
          label: 'Newer against older median, times better (log scale)',
          labelAnchor: 'center',
          labelArrow: 'none',
        }),
        Plot.ruleX([1], { stroke: 'currentColor', strokeDasharray: '4 3' }),
        Plot.text([`${better} →`], {
          frameAnchor: 'top-right',
          dy: -16,
          dx: 56,
          textAnchor: 'end',
          fill: 'currentColor',
        }),
        Plot.text(['← worse'], { frameAnchor: 'top-left', dy: -16, textAnchor: 'start', fill: 'currentColor' }),
        ...rowMarks(labels, marks, isWide),
      ],
    },
    title,
  )
}

type Placed = StepRow & { y: number }

function rowMarks(
  rows: Placed[],
  marks: { ratio: number; isDecided: boolean; y: number }[],
  isWide: boolean,
): Plot.Markish[] {
  const dy = isWide ? 0 : 10
  const half = isWide ? 0.36 : 0.28
  return [
    Plot.ruleY(rows.slice(1), { y: (row: Placed) => row.y - 0.5, stroke: 'var(--line)' }),
    Plot.text(rows, {
      y: 'y',
      text: 'label',
      frameAnchor: 'left',
      textAnchor: isWide ? 'end' : 'start',
      dx: isWide ? -12 : 0,
      dy: isWide ? 0 : -19,
      fill: 'currentColor',
      stroke: 'var(--paper)',
      strokeWidth: 4,
    }),
    Plot.dot(marks, {
      x: 'ratio',
      y: 'y',
      r: 3,
      dy,
      fill: (mark: { isDecided: boolean }) => (mark.isDecided ? 'var(--mark)' : 'var(--surface)'),
      stroke: 'var(--mark)',
      strokeWidth: 1,
    }),
    Plot.ruleX(rows, {
      x: 'mid',
      y1: (row: Placed) => row.y - half,
      y2: (row: Placed) => row.y + half,
      dy,
      stroke: 'currentColor',
      strokeWidth: 2,
    }),
    Plot.text(rows, {
      y: 'y',
      text: (row: Placed) => `${formatValue(row.mid)}×`,
      frameAnchor: 'right',
      textAnchor: 'start',
      dx: 10,
      dy,
      fill: 'currentColor',
    }),
  ]
}

/** The jitter of the j-th mark of a row: multiples of the golden ratio keep neighbours apart. */
function jitter(j: number): number {
  return (((j * 0.618034) % 1) - 0.5) * SPREAD
}

/** Holds every ratio and 0.8× to 1.25×. */
function domainOf(ratios: number[]): [low: number, high: number] {
  return [Math.min(0.8, ...ratios) / 1.05, Math.max(1.25, ...ratios) * 1.05]
}
