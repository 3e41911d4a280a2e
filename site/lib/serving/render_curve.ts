import { type CurvePoint, type CurveSize, renderLoadCurve } from '../../charts/load_curve.ts'
import { hourlyPrice } from '../answers/cost.ts'
import { paretoFront } from '../answers/pareto.ts'
import { foldTable, type Head, type Row } from '../answers/table.ts'
import { element } from '../dom.ts'
import { formatUsd, formatValue } from '../format.ts'
import { href } from '../href.ts'
import { markBound } from '../speed.ts'
import { type Economics, economicsOf } from './answer.ts'
import { userSpeed } from './capacity.ts'
import { configurationCell, renderEnergy } from './render_options.ts'
import type { ServingQuestion } from './state.ts'
import type { Configuration, Level, ServingModel } from './types.ts'
import { formatConfiguration, formatFirst, formatLoadOf, formatPlain, formatSize, formatUserSpeed } from './words.ts'

/** A measured load of a configuration, with what follows from it. */
export interface LoadPoint {
  configuration: Configuration
  level: Level
  speed: { tps: number; isLowerBound: boolean }
  perGpu: number
  economics: Economics
  /** No other load gives each user at least as much and each GPU as well, and one of them more. */
  isOptimal: boolean
}

/** Every measured load of some configurations. Those whose user speed is a bound only are not taken for optimal. */
export function loadPoints(
  data: ServingModel,
  asked: Configuration[],
  { basis }: Pick<ServingQuestion, 'basis'>,
): LoadPoint[] {
  const points = asked.flatMap((configuration) => {
    const gpu = data.gpus.find(({ id }) => id === configuration.gpu)!
    return configuration.levels.map((level) => {
      const price = hourlyPrice({ gpuCount: configuration.gpuCount, powerW: level.powerW }, gpu, basis)
      const economics = economicsOf(configuration, gpu, level, { price, utilisation: basis.utilisation })
      const perGpu = level.outputTps / configuration.gpuCount
      return { configuration, level, speed: userSpeed(level), perGpu, economics }
    })
  })
  const optimal = paretoFront(points, ({ speed, perGpu }) => [speed.tps, perGpu])
  return points.map((point) => ({ ...point, isOptimal: optimal.has(point) }))
}

/** The curve and its table: what each user gets against what each GPU delivers. */
export function renderCurve(
  document: Document,
  data: ServingModel,
  question: ServingQuestion,
  points: LoadPoint[],
  chosen: Configuration | undefined,
): HTMLElement {
  return element(
    document,
    'section',
    { class: 'curve-section' },
    element(document, 'h2', {}, 'Speed per user against throughput'),
    element(
      document,
      'p',
      { class: 'muted answer-sub' },
      `Each line is a configuration, each point a measured load at ${formatSize(question)}. Filled points are Pareto-optimal: no other gives a user and a GPU more. Their numbers are users.${chosen ? ' The thick line is the answer above.' : ''}${question.slo.tps === null ? '' : ' Shaded: slower than asked.'}`,
    ),
    element(
      document,
      'div',
      { class: 'curve-and-table' },
      renderChart(document, data, question, points, chosen),
      element(document, 'div', {}, ...renderPoints(document, data, points)),
    ),
  )
}

function renderChart(
  document: Document,
  data: ServingModel,
  question: ServingQuestion,
  points: LoadPoint[],
  chosen: Configuration | undefined,
): HTMLElement {
  const lines = [...new Set(points.map(({ configuration }) => configuration))]
  const drawn: CurvePoint[] = points.map((point) => ({
    x: point.speed.tps,
    y: point.perGpu,
    line: lines.indexOf(point.configuration),
    mark: formatPlain(point.level.users),
    text: describePoint(data, point),
    isOptimal: point.isOptimal,
    isChosen: point.configuration === chosen,
  }))
  const title = `Tokens per second of one user against tokens per second per GPU of ${data.name}, on logarithmic axes. The table has the values.`
  const draw = (size: CurveSize) => renderLoadCurve(document, drawn, { title, leastX: question.slo.tps }, size)
  return element(
    document,
    'figure',
    { class: 'chart' },
    element(
      document,
      'div',
      {
        class: 'curve',
        tabindex: 0,
        role: 'group',
        'aria-label': 'Points of the curve',
        'aria-describedby': 'curve-note',
      },
      draw('wide'),
      draw('narrow'),
    ),
    element(document, 'figcaption', { class: 'curve-note', id: 'curve-note', 'aria-live': 'polite' }, CURVE_HINT),
  )
}

export const CURVE_HINT = 'Hover or use arrow keys for details.'

function describePoint(data: ServingModel, { configuration, level, speed, perGpu, economics }: LoadPoint): string {
  const cost = economics.output === null ? '' : `, ${formatUsd(economics.output)} USD per 1M output tokens`
  return `${formatConfiguration(configuration, data)}, ${formatLoadOf(level.users)}: ${formatUserSpeed(speed)} per user, ${formatValue(perGpu)} tok/s per GPU, ${formatFirst(level.ttftMs)}${cost}.`
}

const HEADS: Head[] = [
  { text: 'Configuration' },
  { text: 'Users', isNumber: true },
  { text: 'tok/s per user', isNumber: true },
  { text: 'tok/s per GPU', isNumber: true },
  { text: 'USD per 1M', isNumber: true },
  { text: 'J per token', isNumber: true },
]
/** Optimal rows that are shown at once. */
const MOST_OPEN = 4

/** The optimal points, fastest for a user first, and the others folded below. */
function renderPoints(document: Document, data: ServingModel, points: LoadPoint[]): HTMLElement[] {
  const sorted = points.toSorted(
    (a, b) => Number(b.isOptimal) - Number(a.isOptimal) || b.speed.tps - a.speed.tps || b.perGpu - a.perGpu,
  )
  const rows = sorted.map((point) => pointRow(document, data, point))
  const optimal = points.filter(({ isOptimal }) => isOptimal).length
  const label = `Measured loads of ${data.name}, Pareto-optimal ones first`
  const open = Math.min(optimal, MOST_OPEN)
  return foldTable(document, { label, class: 'dense loads', heads: HEADS, rows }, open, 'measured load')
}

function pointRow(document: Document, data: ServingModel, point: LoadPoint): Row {
  const { configuration, level, speed, perGpu, economics, isOptimal } = point
  const small = (text: string) => element(document, 'small', {}, text)
  const users = formatPlain(level.users)
  const details = { href: href(`cells/${level.id}/`), 'aria-label': `${users} users: ${configuration.source}, details` }
  return {
    class: isOptimal ? 'first' : undefined,
    cells: [
      configurationCell(document, data, configuration),
      [element(document, 'a', details, users)],
      [
        markBound(formatValue(speed.tps), speed),
        level.ttftMs !== null && small(`first ${formatValue(level.ttftMs)} ms`),
      ],
      [formatValue(perGpu), level.isDerived && small('derived')],
      [formatUsd(economics.output)],
      renderEnergy(document, economics),
    ],
  }
}
