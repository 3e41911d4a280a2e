import { foldTable, type Head, type Row } from '../answers/table.ts'
import { element } from '../dom.ts'
import { formatValue, plural } from '../format.ts'
import { groupBy } from '../group_by.ts'
import { type LoadPoint, loadPoints } from './render_curve.ts'
import { configurationCell, renderEnergy, renderEvidence } from './render_options.ts'
import type { ServingQuestion } from './state.ts'
import type { ServingModel } from './types.ts'
import { formatLoadOf, formatSize } from './words.ts'

const HEADS: Head[] = [
  { text: 'Configuration' },
  { text: 'J per output token', isNumber: true },
  { text: 'Power (W)', small: 'all GPUs', isNumber: true },
  { text: 'Load', class: 'load' },
  { text: 'Evidence', class: 'evidence' },
]

/** Energy per token at every size, from measured power alone: the least of each GPU, count, engine and precision, with its load. */
export function renderEnergySection(document: Document, data: ServingModel, question: ServingQuestion): HTMLElement {
  const points = loadPoints(data, data.configurations, question).filter(({ economics }) => economics.energy)
  const measured = points.filter(({ economics }) => economics.energy!.power.basis === 'measured')
  const best = leastOfEach(measured)
  const rows = best.map((point) => energyRow(document, data, point))
  const label = `Energy per output token of ${data.name}`
  return element(
    document,
    'section',
    { id: 'energy' },
    element(document, 'h2', {}, 'Energy per token'),
    element(document, 'p', { class: 'answer-head' }, energyHeadline(data, best)),
    element(document, 'p', { class: 'muted answer-sub' }, describeBasis(points, measured)),
    ...(best.length > 0
      ? foldTable(document, { label, class: 'ranked dense', heads: HEADS, rows }, 0, 'combination')
      : []),
  )
}

const joulesOf = ({ economics }: LoadPoint) => economics.energy!.joules

function leastOfEach(points: LoadPoint[]): LoadPoint[] {
  const sorted = points.toSorted((a, b) => joulesOf(a) - joulesOf(b))
  const key = ({ configuration: one }: LoadPoint) => [one.gpu, one.gpuCount, one.engine, one.quantization].join(' ')
  return [...groupBy(sorted, key).values()].map(([first]) => first!)
}

/** The range of the table below, which is sorted by it. Loads and sizes differ, so none is called the best. */
export function energyHeadline(data: ServingModel, best: LoadPoint[]): string {
  const [first, last] = [best[0], best.at(-1)]
  if (!first || !last) return `Power has not been measured for ${data.name} under load yet.`
  const words = (point: LoadPoint) => `${formatValue(joulesOf(point))} J (${formatValue(1 / joulesOf(point))} tok/J)`
  const least = `${data.name}: ${words(first)} per output token at ${formatLoadOf(first.level.users)}`
  return best.length === 1 ? `${least}.` : `${least}, up to ${words(last)} at ${formatLoadOf(last.level.users)}.`
}

function describeBasis(points: LoadPoint[], measured: LoadPoint[]): string {
  const basis = 'Board power of all GPUs ÷ output tokens per second of all users; the host is not included.'
  const counts = `Power was measured at ${measured.length} of ${plural(points.length, 'load')}; elsewhere TDP stands in, an upper bound.`
  return measured.length === 0 ? `${basis} ${counts}` : `${basis} ${counts} Loads and sizes differ from row to row.`
}

function energyRow(document: Document, data: ServingModel, { configuration, level, economics }: LoadPoint): Row {
  const small = (text: string) => element(document, 'small', {}, text)
  return {
    cells: [
      configurationCell(document, data, configuration),
      renderEnergy(document, economics),
      [formatValue(economics.energy!.power.watts)],
      [formatLoadOf(level.users), small(formatSize(configuration))],
      renderEvidence(document, configuration.source, level),
    ],
  }
}
