import { scaleLog } from 'd3-scale'
import { svgElement } from '../lib/dom.ts'
import { formatValue } from '../lib/format.ts'
import { logTicks } from './log_ticks.ts'

export interface CurvePoint {
  /** Tokens/s of one user. */
  x: number
  /** Tokens/s per GPU. */
  y: number
  /** The configuration that it is a load of. */
  line: number
  /** Users, as its mark. */
  mark: string
  /** All that is known of it, in words. */
  text: string
  isOptimal: boolean
  /** Whether its configuration is the answer. */
  isChosen: boolean
}

interface CurveLabels {
  /** Accessible name, which refers to the table for the values. */
  title: string
  /** The least speed of one user that was asked for. */
  leastX: number | null
}

export type CurveSize = 'wide' | 'narrow'
const SIZES = { wide: { width: 620, height: 420 }, narrow: { width: 358, height: 340 } } as const
const MARGIN = { top: 34, right: 20, bottom: 46, left: 52 }
/** Pixels that a tick of the horizontal axis needs for its number. */
const TICK_ROOM = 48
/** Ticks of the vertical axis, at most. */
const MOST_TICKS = 8

interface Frame {
  width: number
  height: number
  x: (value: number) => number
  y: (value: number) => number
  xTicks: number[]
  yTicks: number[]
}

/**
 * Tokens/s of one user against tokens/s per GPU on log axes: a line per configuration with a point per load, the Pareto-optimal points filled,
 * marked with their users and joined. Points carry their index as `data-point`. Works without a browser.
 */
export function renderLoadCurve(document: Document, points: CurvePoint[], labels: CurveLabels, size: CurveSize) {
  const frame = frameOf(points, labels, SIZES[size])
  const optimal = points.filter(({ isOptimal }) => isOptimal).sort((a, b) => a.x - b.x)
  const lines = new Set(points.map(({ line }) => line))
  const path = (name: string, own: CurvePoint[], line?: number) =>
    own.length > 1 && svgElement(document, 'path', { class: name, d: pathOf(own, frame), 'data-line': line })
  const lineOf = (line: number) => {
    const own = points.filter((point) => point.line === line)
    return path(`line${own[0]!.isChosen ? ' chosen' : ''}`, own, line)
  }
  return svgElement(
    document,
    'svg',
    { class: `load-curve ${size}`, viewBox: `0 0 ${frame.width} ${frame.height}`, role: 'img' },
    svgElement(document, 'title', {}, labels.title),
    ...axes(document, frame),
    ...limit(document, labels.leastX, frame),
    ...[...lines].map((line) => lineOf(line)),
    path('optimal', optimal),
    ...drawnLast(points).map(([point, i]) => pointMark(document, point, i, frame)),
    ...marks(document, optimal, frame),
  )
}

/** The points with their index; the optimal ones last, over the others. */
function drawnLast(points: CurvePoint[]): [CurvePoint, number][] {
  const indexed = points.map((point, i): [CurvePoint, number] => [point, i])
  return indexed.sort(([a], [b]) => Number(a.isOptimal) - Number(b.isOptimal))
}

function frameOf(
  points: CurvePoint[],
  { leastX }: CurveLabels,
  { width, height }: { width: number; height: number },
): Frame {
  const xs = paddedBounds([...points.map(({ x }) => x), ...(leastX === null ? [] : [leastX])])
  const ys = paddedBounds(points.map(({ y }) => y))
  const scale = (bounds: [number, number], from: number, to: number) => {
    const place = scaleLog(bounds, [from, to])
    return (value: number) => Number(place(value).toFixed(1))
  }
  return {
    width,
    height,
    x: scale(xs, MARGIN.left, width - MARGIN.right),
    y: scale(ys, height - MARGIN.bottom, MARGIN.top),
    xTicks: logTicks(xs, (width - MARGIN.left - MARGIN.right) / TICK_ROOM),
    yTicks: logTicks(ys, MOST_TICKS),
  }
}

/** The bounds of the values, padded by 15 % and at least a factor of 2 apart. */
function paddedBounds(values: number[]): [low: number, high: number] {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const stretch = Math.max(1.15, Math.sqrt(2 / (most / least)))
  return [least / stretch, most * stretch]
}

function axes(document: Document, { width, height, x, y, xTicks, yTicks }: Frame): SVGElement[] {
  const [left, right] = [MARGIN.left, width - MARGIN.right]
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom]
  const grid = (x1: number, x2: number, y1: number, y2: number) =>
    svgElement(document, 'line', { class: 'grid-line', x1, x2, y1, y2 })
  const text = (name: string, at: { x: number; y: number }, content: string) =>
    svgElement(document, 'text', { class: name, ...at }, content)
  return [
    ...yTicks.map((tick) => grid(left, right, y(tick), y(tick))),
    ...xTicks.map((tick) => grid(x(tick), x(tick), top, bottom)),
    ...yTicks.map((tick) => text('end', { x: left - 8, y: y(tick) + 4 }, formatTick(tick))),
    ...xTicks.map((tick) => text('mid-text', { x: x(tick), y: bottom + 17 }, formatTick(tick))),
    text('axis', { x: 4, y: 14 }, '↑ Throughput per GPU (tok/s)'),
    text('axis end', { x: right, y: height - 6 }, 'Speed per user (tok/s) →'),
  ]
}

function formatTick(value: number): string {
  return value >= 1000 ? formatValue(value) : String(value)
}

/** What is left of the least speed asked for is too slow. */
function limit(document: Document, leastX: number | null, { x, height }: Frame): SVGElement[] {
  if (leastX === null) return []
  const [left, width, bottom] = [MARGIN.left, x(leastX) - MARGIN.left, height - MARGIN.bottom]
  const box = { x: left, y: MARGIN.top, width, height: bottom - MARGIN.top }
  return [svgElement(document, 'rect', { class: 'too-slow', ...box })]
}

function pathOf(points: CurvePoint[], { x, y }: Frame): string {
  return `M${points.map((point) => `${x(point.x)} ${y(point.y)}`).join('L')}`
}

function pointMark(document: Document, point: CurvePoint, i: number, { x, y }: Frame): SVGElement {
  const at = { cx: x(point.x), cy: y(point.y), r: point.isOptimal ? 4.5 : 3 }
  const name = `point${point.isOptimal ? ' is-optimal' : ''}${point.isChosen ? ' chosen' : ''}`
  const title = svgElement(document, 'title', {}, point.text)
  return svgElement(document, 'circle', { class: name, 'data-point': i, 'data-line': point.line, ...at }, title)
}

/** The users of the optimal points above and to the right of them, where they cover no other. */
function marks(document: Document, optimal: CurvePoint[], { x, y }: Frame): SVGElement[] {
  const taken: { x: number; y: number }[] = []
  return optimal.flatMap((point) => {
    const at = { x: x(point.x) + 6, y: y(point.y) - 7 }
    const width = point.mark.length * 7 + 4
    if (taken.some((other) => Math.abs(other.x - at.x) < width && Math.abs(other.y - at.y) < 13)) return []
    taken.push(at)
    return [svgElement(document, 'text', { class: 'number', ...at }, point.mark)]
  })
}
