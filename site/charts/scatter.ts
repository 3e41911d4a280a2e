import { scaleLog } from 'd3-scale'
import { svgElement } from '../lib/dom.ts'
import { formatValue } from '../lib/format.ts'
import { logTicks } from './log_ticks.ts'

export interface Point {
  x: number
  y: number
  label: string
  /** Its number on the Pareto front, from 1; null for dominated points. */
  front: number | null
  isCommunity: boolean
}

export interface ScatterLabels {
  /** Accessible name, which refers to the table for the values. */
  title: string
  xAxis: string
  yAxis: string
  /** The values of a point, in words. */
  of: (point: Point) => string
}

export type ScatterSize = 'wide' | 'narrow'
const SIZES = {
  wide: { width: 620, height: 400 },
  narrow: { width: 358, height: 340 },
} as const
const MARGIN = { top: 34, right: 20, bottom: 46, left: 52 }

/** Pixels that a tick of the horizontal axis needs for its number. */
const TICK_ROOM = 48
/** Ticks of the vertical axis, at most. */
const MOST_TICKS = 10

interface Frame {
  width: number
  height: number
  x: (value: number) => number
  y: (value: number) => number
  xTicks: number[]
  yTicks: number[]
}

/** Points on two log axes; those on the Pareto front are filled, numbered and joined by a step line. Works without a browser. */
export function renderScatter(
  document: Document,
  points: Point[],
  labels: ScatterLabels,
  size: ScatterSize,
): SVGElement {
  const frame = frameOf(points, SIZES[size])
  const { width, height } = frame
  const front = points.filter((point) => point.front !== null).sort((a, b) => a.x - b.x)
  return svgElement(
    document,
    'svg',
    { class: `scatter ${size}`, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': labels.title },
    ...axes(document, frame, labels),
    front.length > 1 && svgElement(document, 'path', { class: 'front', d: stepPath(front, frame) }),
    ...points.filter((point) => point.front === null).map((point) => mark(document, point, frame, labels)),
    ...front.map((point) => mark(document, point, frame, labels)),
    ...numbers(document, front, points, frame),
  )
}

function frameOf(points: Point[], { width, height }: { width: number; height: number }): Frame {
  const xs = paddedBounds(points.map((point) => point.x))
  const ys = paddedBounds(points.map((point) => point.y))
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

function axes(
  document: Document,
  { width, height, x, y, xTicks, yTicks }: Frame,
  { xAxis, yAxis }: ScatterLabels,
): SVGElement[] {
  const [left, right] = [MARGIN.left, width - MARGIN.right]
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom]
  return [
    ...yTicks.map((tick) =>
      svgElement(document, 'line', { class: 'grid-line', x1: left, x2: right, y1: y(tick), y2: y(tick) }),
    ),
    ...xTicks.map((tick) =>
      svgElement(document, 'line', { class: 'grid-line', x1: x(tick), x2: x(tick), y1: top, y2: bottom }),
    ),
    ...yTicks.map((tick) =>
      svgElement(document, 'text', { x: left - 8, y: y(tick) + 4, class: 'end' }, formatTick(tick)),
    ),
    ...xTicks.map((tick) =>
      svgElement(document, 'text', { x: x(tick), y: bottom + 17, class: 'mid-text' }, formatTick(tick)),
    ),
    svgElement(document, 'text', { class: 'axis', x: 4, y: 14 }, `↑ ${yAxis}`),
    svgElement(document, 'text', { class: 'axis end', x: right, y: height - 6 }, `${xAxis} →`),
  ]
}

/** The outline of the dominated area, in horizontal and vertical steps. */
function stepPath(front: Point[], { x, y }: Frame): string {
  const [first, ...rest] = front
  const isFalling = rest.length > 0 && rest.at(-1)!.y < first!.y
  const steps = rest.map((point) => (isFalling ? `V${y(point.y)}H${x(point.x)}` : `H${x(point.x)}V${y(point.y)}`))
  return `M${x(first!.x)} ${y(first!.y)}${steps.join('')}`
}

function mark(document: Document, point: Point, { x, y }: Frame, { of }: ScatterLabels): SVGElement {
  const [cx, cy] = [x(point.x), y(point.y)]
  const name = `point${point.front !== null ? ' on-front' : ''}${point.isCommunity ? ' community' : ''}`
  const title = svgElement(document, 'title', {}, `${point.label}: ${of(point)}`)
  if (point.isCommunity) return svgElement(document, 'circle', { class: name, cx, cy, r: 4.5 }, title)
  return svgElement(document, 'path', { class: name, d: `M${cx} ${cy - 5.5}l5.5 5.5-5.5 5.5-5.5-5.5z` }, title)
}

interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

/** The numbers of the front beside its points, where possible without overlapping a mark or another number. */
function numbers(document: Document, front: Point[], points: Point[], frame: Frame): SVGElement[] {
  const taken: Box[] = points.map((point) => around(frame.x(point.x), frame.y(point.y)))
  return front.map((point) => {
    const { box, x, y } = placeNumber(point, frame, taken)
    taken.push(box)
    return svgElement(document, 'text', { class: 'number', x, y }, String(point.front))
  })
}

function around(x: number, y: number): Box {
  return { left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 }
}

function placeNumber({ x, y, front }: Point, frame: Frame, taken: Box[]) {
  const [px, py] = [frame.x(x), frame.y(y)]
  const half = String(front).length * 4
  const spots = [
    [px, py - 10],
    [px + 13, py + 4],
    [px - 13, py + 4],
    [px, py + 19],
    [px + 12, py - 9],
    [px + 12, py + 17],
  ].map(([cx, cy]) => ({ x: cx!, y: cy!, box: { left: cx! - half, right: cx! + half, top: cy! - 10, bottom: cy! } }))
  return spots.find(({ box }) => taken.every((other) => !overlaps(box, other))) ?? spots[0]!
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

function formatTick(value: number): string {
  return value >= 1000 ? formatValue(value) : String(value)
}
