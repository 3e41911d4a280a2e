import * as Plot from '@observablehq/plot'
import { plotSvg } from './plot_svg.ts'
import { spreadLabels } from './spread_labels.ts'

/** A line with its name at its end. Symbols distinguish lines without colour. */
export interface Line {
  name: string
  symbol: 'circle' | 'square2' | 'triangle2' | 'diamond2' | 'times'
  /** Whether the line is emphasised. */
  strong: boolean
  points: { x: string; y: number }[]
}

export interface LineChartOptions {
  /** Accessible name. */
  title: string
  /** Axis labels with their units. */
  xLabel: string
  yLabel: string
  /** Bounds of the vertical axis, in its unit; wide enough for every point. */
  yDomain: [low: number, high: number]
  yTicks: number[]
  /** A value to compare with, drawn as a dashed rule. */
  reference?: number
}

const WIDTH = 400
const HEIGHT = 250
const MARGIN = { top: 28, right: 122, bottom: 42, left: 46 }
/** Least distance of two names at line ends, in pixels. */
const LABEL_GAP = 14

type Drawn = Line['points'][number] & Line

/** Lines over evenly spaced steps, at a size that fits a phone and a column of a wide page without shrinking the text. */
export function lineChart(lines: Line[], options: LineChartOptions): string {
  return plotSvg(
    {
      width: WIDTH,
      height: HEIGHT,
      marginTop: MARGIN.top,
      marginRight: MARGIN.right,
      marginBottom: MARGIN.bottom,
      marginLeft: MARGIN.left,
      x: {
        type: 'point',
        domain: lines[0]!.points.map(({ x }) => x),
        label: options.xLabel,
        labelArrow: 'none',
        labelAnchor: 'center',
      },
      y: { domain: options.yDomain, ticks: options.yTicks, label: options.yLabel, labelArrow: 'none', grid: true },
      marks: [
        ...referenceMarks(lines, options.reference),
        ...lines.toSorted((a, b) => Number(a.strong) - Number(b.strong)).flatMap(lineMarks),
        ...nameMarks(lines, options.yDomain),
      ],
    },
    options.title,
  )
}

/** A rule from the first step to the last, which leaves the names clear. */
function referenceMarks([line]: Line[], reference: number | undefined): Plot.Markish[] {
  if (reference === undefined) return []
  const [first, last] = [line!.points[0]!.x, line!.points.at(-1)!.x]
  return [Plot.ruleY([reference], { x1: first, x2: last, stroke: 'currentColor', strokeDasharray: '4 3' })]
}

function lineMarks(line: Line): Plot.Markish[] {
  const points: Drawn[] = line.points.map((point) => ({ ...line, ...point }))
  const stroke = strokeOf(line)
  return [
    Plot.line(points, { x: 'x', y: 'y', stroke, strokeWidth: line.strong ? 2.5 : 1.2 }),
    Plot.dot(points, {
      x: 'x',
      y: 'y',
      symbol: line.symbol,
      r: 3.5,
      stroke,
      fill: line.symbol === 'times' ? 'none' : 'var(--paper)',
    }),
  ]
}

function strokeOf({ strong }: Line): string {
  return strong ? 'var(--mark)' : 'var(--ink-soft)'
}

/** The name of each line to the right of its last point, moved up or down if names would touch. */
function nameMarks(lines: Line[], [low, high]: LineChartOptions['yDomain']): Plot.Markish[] {
  const perPixel = (high - low) / (HEIGHT - MARGIN.top - MARGIN.bottom)
  const ends = lines.map(({ points }) => points.at(-1)!)
  const places = spreadLabels(
    ends.map(({ y }) => (high - y) / perPixel),
    LABEL_GAP,
    HEIGHT - MARGIN.top - MARGIN.bottom,
  )
  return lines.flatMap((line, i) => {
    const end = ends[i]!
    const dy = places[i]! - (high - end.y) / perPixel
    const base = { x: 'x', y: 'y', fill: 'currentColor', textAnchor: 'start', dy } as const
    return [Plot.text([end], { ...base, dx: 10, text: () => line.name, ...(line.strong ? { fontWeight: 650 } : {}) })]
  })
}
