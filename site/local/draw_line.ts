import { svgElement } from '../lib/dom.ts'
import { formatValue } from '../lib/format.ts'

const [WIDTH, HEIGHT, EDGE] = [160, 28, 3]
/** Noise is to look like noise: the height stands for 30 % of the highest value at least. */
const LEAST_SHARE = 0.7

export interface LineRange {
  least: number
  most: number
}

/** The range of several lines, so that they can be compared by eye. */
export function rangeOf(lines: readonly (readonly (number | null)[])[]): LineRange {
  const known = lines.flat().filter((value) => value !== null)
  const most = Math.max(...known)
  return { most, least: Math.min(...known, LEAST_SHARE * most) }
}

/** Values over time as a line with gaps where there is none; nothing if there are fewer than two. */
export function drawLine(
  document: Document,
  values: readonly (number | null)[],
  { least, most }: LineRange,
): SVGElement | null {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return null
  const place = (value: number, at: number): [x: number, y: number] => [
    EDGE + (at * (WIDTH - 2 * EDGE)) / (values.length - 1),
    EDGE + (1 - (value - least) / (most - least)) * (HEIGHT - 2 * EDGE),
  ]
  const label = `Decode speed from ${formatValue(known[0])} to ${formatValue(known.at(-1))} tokens/s, between ${formatValue(Math.min(...known))} and ${formatValue(Math.max(...known))}`
  return svgElement(
    document,
    'svg',
    { class: 'line', role: 'img', 'aria-label': label, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' },
    svgElement(document, 'title', {}, label),
    ...splitRuns(values).map((run) => drawRun(document, run, place)),
  )
}

type Run = (readonly [value: number, at: number])[]

/** A value between two gaps is a short stroke, as a line needs two points. */
function drawRun(
  document: Document,
  run: Run,
  place: (value: number, at: number) => [x: number, y: number],
): SVGElement {
  const points = run.map(([value, at]) => place(value, at))
  const [x, y] = points[0]!
  const drawn =
    points.length > 1
      ? points
      : [
          [x - 1.5, y],
          [x + 1.5, y],
        ]
  const text = drawn.map((point) => point.map((part) => part!.toFixed(1)).join()).join(' ')
  return svgElement(document, 'polyline', { points: text })
}

function splitRuns(values: readonly (number | null)[]): Run[] {
  const runs: Run[] = [[]]
  for (const [at, value] of values.entries()) {
    if (value !== null) runs.at(-1)!.push([value, at])
    else if (runs.at(-1)!.length > 0) runs.push([])
  }
  return runs.filter((run) => run.length > 0)
}
