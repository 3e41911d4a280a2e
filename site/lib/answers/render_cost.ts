import { METRIC_INFO } from '../../../contracts/metrics.ts'
import { type Point, renderScatter, type ScatterLabels } from '../../charts/scatter.ts'
import { rentOrigin } from '../cost.ts'
import { element } from '../dom.ts'
import { formatCount, formatRange, formatSpread, formatUsd, formatValue, plural } from '../format.ts'
import { href } from '../href.ts'
import { formatEngine, formatUsers, KIND_LABELS, MEASUREMENT_LABELS } from '../labels.ts'
import { COST_WORDS } from './cost.ts'
import type { CostQuestion } from './cost_state.ts'
import type { CostAnswer, Priced } from './front.ts'
import type { Figure, ModelAnswers } from './types.ts'

/** The charts and the table of /cost/, per kind. */
export function renderCosts(
  document: Document,
  data: ModelAnswers,
  question: CostQuestion,
  answers: CostAnswer[],
): HTMLElement[] {
  if (answers.length === 0)
    return [element(document, 'p', { class: 'answer-head' }, `There is no published run of ${data.name}.`)]
  return answers.map((answer) => renderAnswer(document, data, question, answer, answers.length > 1))
}

/** The Pareto front in one sentence. */
export function costHeadline(data: ModelAnswers, question: CostQuestion, { runs }: CostAnswer): string {
  const front = runs.filter((run) => run.onCostFront)
  if (front.length === 0) return `${data.name}: no cost is known for these runs. ${whyNoCost(question)}`
  const [fastest, cheapest] = [front[0]!, front.at(-1)!]
  const cost = (run: Priced) => `${formatUsd(run.cost!.p50)} USD per million tokens`
  const speed = (run: Priced) => `${formatValue(run.speed.p50)} tok/s`
  if (front.length === 1) return `Fastest and cheapest: ${formatRun(fastest)}, ${speed(fastest)}, ${cost(fastest)}.`
  return `Cheapest: ${formatRun(cheapest)}, ${cost(cheapest)} at ${speed(cheapest)}. Fastest on the front: ${formatRun(fastest)}, ${speed(fastest)} at ${cost(fastest)}.`
}

function whyNoCost({ basis, type }: CostQuestion): string {
  if (type !== 'single_stream')
    return 'Either no GPU has a price, or no source says how many tokens all requests got together.'
  return basis.pays === 'rent'
    ? 'None of the GPUs has a list price: enter your own hourly or electricity price.'
    : 'Electricity needs a known power, measured or TDP.'
}

function formatRun({ gpu, run, engine }: Priced): string {
  const load = run.type === 'single_stream' ? '' : `, ${formatUsers(run.load)}`
  return `${gpu.name}${run.gpuCount > 1 ? ` ×${run.gpuCount}` : ''} with ${formatEngine(engine, run.backend)}${load}`
}

function renderAnswer(
  document: Document,
  data: ModelAnswers,
  question: CostQuestion,
  answer: CostAnswer,
  isOneOfMany: boolean,
): HTMLElement {
  const { glyph, title } = KIND_LABELS[answer.kind]
  return element(
    document,
    'section',
    { class: 'answer' },
    isOneOfMany && element(document, 'h2', {}, `${glyph} ${title[0]!.toUpperCase()}${title.slice(1)}`),
    element(document, 'p', { class: 'answer-head' }, costHeadline(data, question, answer)),
    element(document, 'p', { class: 'muted answer-sub' }, subline(data, question, answer)),
    element(
      document,
      'div',
      { class: 'fronts' },
      costChart(document, data, question, answer),
      energyChart(document, data, question, answer),
    ),
    ...renderTables(document, data, question, answer),
  )
}

function subline(data: ModelAnswers, question: CostQuestion, { kind, runs }: CostAnswer): string {
  const unpriced = runs.filter((run) => !run.cost).length
  const use =
    question.basis.utilisation === 1
      ? 'at full use'
      : `at ${Number((question.basis.utilisation * 100).toPrecision(3))} % use`
  const type = MEASUREMENT_LABELS[question.type].title.toLowerCase()
  const left =
    unpriced === 0 ? '' : ` ${plural(unpriced, 'run')} without a known cost: in the table, not in the first chart.`
  return `${data.name}, ${type}, ${KIND_LABELS[kind].glyph} ${KIND_LABELS[kind].title} figures, ${use}. ${COST_WORDS[question.type].meaning}${left}`
}

function costChart(
  document: Document,
  data: ModelAnswers,
  question: CostQuestion,
  { runs }: CostAnswer,
): HTMLElement | false {
  const title = METRIC_INFO[question.metric].title
  const points = toPoints(
    runs,
    (run) => run.cost,
    (run) => run.onCostFront,
  )
  return renderChart(document, points, {
    caption: 'Speed against cost: up and to the left is better.',
    title: `${title} against cost of ${data.name} on logarithmic axes. The table below has the values.`,
    xAxis: `USD per 1M output tokens, ${COST_WORDS[question.type].short}`,
    yAxis: `${title} (tok/s)`,
    of: (point) => `${formatValue(point.y)} tok/s, ${formatUsd(point.x)} USD`,
    note: '',
  })
}

function energyChart(
  document: Document,
  data: ModelAnswers,
  question: CostQuestion,
  { runs }: CostAnswer,
): HTMLElement | false {
  const title = METRIC_INFO[question.metric].title
  const known = runs.filter((run) => run.power)
  const measured = known.filter((run) => run.power!.basis === 'measured').length
  const points = toPoints(
    runs,
    (run) => run.perJoule,
    (run) => run.onEnergyFront,
  )
  return renderChart(document, points, {
    caption: 'Speed against energy: up and to the right is better.',
    title: `${title} against tokens per joule of ${data.name} on logarithmic axes. The table below has the values.`,
    xAxis: `Output tokens per joule${measured < known.length ? ', at least' : ''}`,
    yAxis: `${title} (tok/s)`,
    of: (point) => `${formatValue(point.y)} tok/s, ${formatValue(point.x)} tok/J`,
    note: `Board power measured for ${measured} of ${plural(known.length, 'run')}${measured < known.length ? '; else TDP, an upper bound' : ''}.`,
  })
}

/** The runs with a value, those on the front numbered from the fastest down. */
function toPoints(runs: Priced[], x: (run: Priced) => Figure | null, isFront: (run: Priced) => boolean): Point[] {
  let front = 0
  return runs.flatMap((run) => {
    const figure = x(run)
    if (!figure) return []
    const isCommunity = run.run.kind === 'community'
    const number = isFront(run) ? ++front : null
    return [{ x: figure.p50, y: run.speed.p50, label: formatRun(run), front: number, isCommunity }]
  })
}

interface ChartLabels extends ScatterLabels {
  caption: string
  note: string
}

function renderChart(
  document: Document,
  points: Point[],
  { caption, note, ...labels }: ChartLabels,
): HTMLElement | false {
  if (points.length === 0) return false
  const front = points.filter((point) => point.front !== null)
  return element(
    document,
    'figure',
    { class: 'chart scatter-chart' },
    element(document, 'figcaption', {}, caption),
    renderScatter(document, points, labels, 'wide'),
    renderScatter(document, points, labels, 'narrow'),
    element(
      document,
      'ol',
      { class: 'front-list' },
      ...front.map((point) => element(document, 'li', {}, `${point.label}: ${labels.of(point)}`)),
    ),
    note && element(document, 'p', { class: 'muted front-note' }, note),
  )
}

/** A longer table is folded; the rows on a front stay visible. */
const OPEN_ROWS = 12

function renderTables(
  document: Document,
  data: ModelAnswers,
  question: CostQuestion,
  answer: CostAnswer,
): HTMLElement[] {
  const { runs } = answer
  if (runs.length <= OPEN_ROWS) return [renderTable(document, data, question, answer)]
  const front = runs.filter((run) => run.onCostFront || run.onEnergyFront)
  const summary = element(document, 'summary', {}, `All ${plural(runs.length, 'run')}`)
  return [
    renderTable(document, data, question, { ...answer, runs: front }, ', on a front'),
    element(document, 'details', {}, summary, renderTable(document, data, question, answer)),
  ]
}

function renderTable(
  document: Document,
  data: ModelAnswers,
  question: CostQuestion,
  { kind, runs }: CostAnswer,
  which = '',
): HTMLElement {
  const heads: [string, string?][] = [
    ['GPU'],
    ['Engine'],
    [`${METRIC_INFO[question.metric].title} (tok/s)`],
    ['Price (USD/h)', question.basis.pays === 'rent' ? 'list, on-demand' : 'your own'],
    ['USD per 1M tokens', COST_WORDS[question.type].short],
    ['Power (W)'],
    ['Tokens per joule'],
    ['Evidence'],
  ]
  const head = ([text, small]: [string, string?], i: number) =>
    element(
      document,
      'th',
      { scope: 'col', role: 'columnheader', class: i > 1 && i < 7 ? 'num' : undefined },
      text,
      small && element(document, 'small', {}, small),
    )
  return element(
    document,
    'div',
    {
      class: `scroll${runs.length > 60 ? ' long' : ''}`,
      role: 'region',
      'aria-label': `Speed, cost and energy of ${data.name}, ${kind}${which}`,
      tabindex: 0,
    },
    element(
      document,
      'table',
      { class: 'rows ranked costs', role: 'table' },
      element(document, 'thead', { role: 'rowgroup' }, element(document, 'tr', { role: 'row' }, ...heads.map(head))),
      element(document, 'tbody', { role: 'rowgroup' }, ...runs.map((run) => renderRow(document, run, heads))),
    ),
  )
}

function renderRow(document: Document, priced: Priced, heads: [string, string?][]): HTMLElement {
  const { run, gpu, engine, speed, cost, power, perJoule } = priced
  const cell = (column: number, className: string, ...content: (Node | string | null | false)[]) =>
    element(document, 'td', { role: 'cell', class: className, 'data-label': heads[column]![0] }, ...content)
  const small = (text: string) => element(document, 'small', {}, text)
  const isFront = priced.onCostFront || priced.onEnergyFront
  return element(
    document,
    'tr',
    { role: 'row', class: isFront ? 'first' : undefined },
    element(
      document,
      'th',
      { scope: 'row', role: 'rowheader' },
      element(document, 'a', { href: href(`gpus/${gpu.id}/`) }, gpu.name),
      run.gpuCount > 1 && small(`×${run.gpuCount}`),
    ),
    cell(
      1,
      'engine',
      formatEngine(engine, run.backend),
      small(run.quantization === 'unknown' ? 'quantisation not stated' : run.quantization),
      run.type !== 'single_stream' && small(formatUsers(run.load)),
    ),
    cell(2, 'num', ...figure(document, speed, formatValue)),
    cell(3, 'num', ...renderPrice(document, priced)),
    cell(4, 'num', ...(cost ? figure(document, cost, formatUsd) : ['–']), priced.onCostFront && frontMark(document)),
    cell(
      5,
      'num',
      ...(power
        ? [formatCount(power.watts), small(power.basis === 'measured' ? 'measured' : 'TDP, at most')]
        : ['not known']),
    ),
    cell(
      6,
      'num',
      ...(perJoule ? figure(document, perJoule, formatValue) : ['–']),
      priced.onEnergyFront && frontMark(document),
    ),
    cell(7, 'evidence', ...evidence(document, priced)),
  )
}

function frontMark(document: Document): HTMLElement {
  return element(document, 'small', { class: 'front-mark' }, '◆ on the front')
}

function figure(document: Document, shown: Figure, format: typeof formatValue): Node[] {
  const spread = shown.interval ? `95 % ${formatRange(...shown.interval, format)}` : formatSpread(shown, format)
  return [element(document, 'span', { class: 'strong' }, format(shown.p50)), element(document, 'small', {}, spread)]
}

function renderPrice(document: Document, { price, run }: Priced): (Node | string)[] {
  if (!price) return ['not known']
  const value = formatUsd(price.usdPerHour)
  return price.rent ? [value, element(document, 'small', {}, rentOrigin(price.rent, run.gpuCount))] : [value]
}

function evidence(document: Document, { run, speed }: Priced): Node[] {
  const who = run.kind === 'curated' ? run.source : plural(run.contributors, 'contributor')
  return [
    element(document, 'a', { href: href(`cells/${run.id}/`) }, `${KIND_LABELS[run.kind].glyph} ${who}`),
    element(document, 'small', {}, `n ${formatCount(speed.n)} · ${run.lastMonth}`),
  ]
}
