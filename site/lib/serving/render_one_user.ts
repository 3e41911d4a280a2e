import { hourlyPrice, powerOf, tokensPerJoule } from '../answers/cost.ts'
import { foldTable, type Head, type Row } from '../answers/table.ts'
import type { Figure, Run } from '../answers/types.ts'
import { costFigure, costSpeed, rentOrigin } from '../cost.ts'
import { formatContributors, formatN } from '../counts.ts'
import { type Content, element } from '../dom.ts'
import { formatRange, formatSpread, formatUsd, formatValue, plural } from '../format.ts'
import { href } from '../href.ts'
import { KIND_LABELS, KINDS, type Kind } from '../labels.ts'
import { markBound } from '../speed.ts'
import { configurationCell } from './render_options.ts'
import type { ServingQuestion } from './state.ts'
import type { ServingModel } from './types.ts'

const HEADS: Head[] = [
  { text: 'Configuration' },
  { text: 'Speed (tok/s)', isNumber: true },
  { text: 'Price (USD/h)', isNumber: true },
  { text: 'USD per 1M tokens', small: 'one user', isNumber: true },
  { text: 'Tokens per joule', isNumber: true },
  { text: 'Evidence', class: 'evidence' },
]

interface PricedRun {
  run: Run
  speed: Figure
  isLowerBound: boolean
  price: ReturnType<typeof hourlyPrice>
  cost: Figure | null
}

/** What one user who has the whole machine pays. Kinds are apart. */
export function renderOneUser(document: Document, data: ServingModel, question: ServingQuestion): HTMLElement | null {
  const found = KINDS.map((kind) => ({ kind, runs: priceRuns(data, question, kind) })).filter(
    ({ runs }) => runs.length > 0,
  )
  if (found.length === 0) return null
  return element(
    document,
    'section',
    { id: 'one-user' },
    element(document, 'h2', {}, 'One user'),
    ...found.flatMap(({ kind, runs }) => renderKind(document, data, kind, runs)),
  )
}

function priceRuns(data: ServingModel, { basis, quantization }: ServingQuestion, kind: Kind): PricedRun[] {
  const own = data.runs.filter((run) => run.kind === kind && (quantization === '' || run.quantization === quantization))
  return own
    .map((run) => {
      const { metric, speed } = costSpeed(run)!
      const price = hourlyPrice(run, data.gpus.find(({ id }) => id === run.gpu)!, basis)
      const cost = price && costFigure(speed, price.usdPerHour, basis.utilisation)
      return { run, speed, isLowerBound: metric === 'e2e_tps', price, cost }
    })
    .sort(
      (a, b) =>
        (a.cost?.p50 ?? Number.POSITIVE_INFINITY) - (b.cost?.p50 ?? Number.POSITIVE_INFINITY) ||
        b.speed.p50 - a.speed.p50,
    )
}

function renderKind(document: Document, data: ServingModel, kind: Kind, runs: PricedRun[]): HTMLElement[] {
  const { glyph, title } = KIND_LABELS[kind]
  const label = `Costs of one user, ${data.name}, ${title}`
  const rows = runs.map((priced) => runRow(document, data, priced))
  return [
    element(document, 'p', {}, `${glyph} ${title}: ${oneUserHeadline(data, runs)}`),
    ...foldTable(document, { label, class: 'ranked dense costs', heads: HEADS, rows }, 0, 'run'),
  ]
}

/** The first row of the table in words. */
function oneUserHeadline(data: ServingModel, runs: PricedRun[]): string {
  const priced = runs.filter(({ cost }) => cost)
  const [first] = priced
  if (!first) return 'one user has the whole machine; no price is known for any of these.'
  const { name } = data.gpus.find(({ id }) => id === first.run.gpu)!
  const count = first.run.gpuCount > 1 ? ` ×${first.run.gpuCount}` : ''
  const cost = `${name}${count}, ${formatUsd(first.cost!.p50)} USD per 1M output tokens`
  const lead =
    priced.length === 1 ? 'the only run with a price' : `cheapest of ${plural(priced.length, 'run')} with a price`
  return `one user has the whole machine; ${lead}: ${cost}.`
}

function runRow(document: Document, data: ServingModel, { run, speed, isLowerBound, price, cost }: PricedRun): Row {
  const gpu = data.gpus.find(({ id }) => id === run.gpu)!
  const power = powerOf(run, gpu)
  const small = (text: string) => element(document, 'small', {}, text)
  const figure = (shown: Figure, format: typeof formatValue, bound = false): Content[] => [
    element(document, 'span', { class: 'strong' }, markBound(format(shown.p50), { isLowerBound: bound })),
    small(shown.interval ? `95 % ${formatRange(...shown.interval, format)}` : formatSpread(shown, run.kind, format)),
  ]
  const basis = power && (power.basis === 'TDP' ? 'TDP, at least' : 'measured power')
  const origin = price && (price.rent ? rentOrigin(price.rent, run.gpuCount) : 'your own price')
  return {
    cells: [
      configurationCell(document, data, run),
      figure(speed, formatValue, isLowerBound),
      price ? [formatUsd(price.usdPerHour), small(origin!)] : ['not known'],
      cost ? figure(cost, formatUsd) : ['–'],
      power ? [formatValue(tokensPerJoule(speed, power).p50), small(basis!)] : ['–'],
      [
        element(
          document,
          'a',
          { href: href(`cells/${run.id}/`) },
          `${KIND_LABELS[run.kind].glyph} ${run.kind === 'curated' ? run.source : formatContributors(run.contributors)}`,
        ),
        small(`n ${formatN(run.kind, speed.n)} · ${run.lastMonth}`),
      ],
    ],
  }
}
