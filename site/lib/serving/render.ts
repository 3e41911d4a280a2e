import { COMMANDS } from '../commands.ts'
import { element } from '../dom.ts'
import { explorePath } from '../explore/permalink.ts'
import { formatUsd, formatValue, plural } from '../format.ts'
import { href } from '../href.ts'
import { answerServing, type Option, type ServingAnswer } from './answer.ts'
import { servingSql } from './export.ts'
import { hostedCost } from './hosted.ts'
import { loadPoints, renderCurve } from './render_curve.ts'
import { renderEnergySection } from './render_energy.ts'
import { renderOneUser } from './render_one_user.ts'
import { renderOptions } from './render_options.ts'
import { formatServing, type ServingQuestion, sizesOf } from './state.ts'
import type { ServingModel } from './types.ts'
import { describeCounts, describeService, formatSize, servingHeadline } from './words.ts'

/** Everything that /serving says to a question. `unknown` names what of the address is not published. */
export function renderServing(
  document: Document,
  data: ServingModel,
  question: ServingQuestion,
  unknown: string[] = [],
): HTMLElement[] {
  const answer = answerServing(data, question)
  const points = loadPoints(data, answer.asked, question)
  return [
    renderAnswer(document, data, question, answer, unknown),
    points.length > 0 ? renderCurve(document, data, question, points, answer.options[0]?.configuration) : null,
    renderEnergySection(document, data, question),
    renderHosted(document, data, question, answer.options[0]),
    renderOneUser(document, data, question),
  ].filter((section) => section !== null)
}

function renderAnswer(
  document: Document,
  data: ServingModel,
  question: ServingQuestion,
  answer: ServingAnswer,
  unknown: string[],
): HTMLElement {
  const paragraph = (name: string, text: string) => element(document, 'p', { class: name }, text)
  const [first] = answer.options
  return element(
    document,
    'section',
    { class: 'answer' },
    unknown.length > 0 &&
      paragraph(
        'note',
        `Not measured for ${data.name}: ${unknown.join(', ')}. Shown instead: ${formatSize(question)}.`,
      ),
    paragraph('answer-head', servingHeadline(data, question, answer)),
    first && paragraph('answer-service', describeService(first)),
    answer.asked.length > 0 &&
      paragraph('muted answer-sub', `${describeCounts(answer, question)} ${question.isOffline ? OFFLINE : ''}`.trim()),
    ...(first
      ? renderOptions(
          document,
          data,
          answer.options,
          `Configurations of ${data.name} that hold the limits, cheapest first`,
        )
      : [renderWaysOut(document, data, question, answer)]),
    answer.asked.length > 0 && renderActions(document, question, first !== undefined),
  )
}

/** The answer as a query, a file and an address. */
function renderActions(document: Document, question: ServingQuestion, hasOptions: boolean): HTMLElement {
  const button = (text: string, data: string) =>
    element(document, 'button', { class: 'button quiet', type: 'button', [data]: true }, text)
  return element(
    document,
    'p',
    { class: 'answer-actions' },
    element(document, 'a', { class: 'button quiet', href: href(explorePath(servingSql(question))) }, 'SQL'),
    hasOptions && button('CSV', 'data-csv'),
    button('Copy link', 'data-copy'),
  )
}

const OFFLINE = 'The requests of an offline batch start together: users who arrive one by one may be served otherwise.'

/** Where the limits do hold, and how to measure what is missing. */
function renderWaysOut(
  document: Document,
  data: ServingModel,
  question: ServingQuestion,
  { asked }: ServingAnswer,
): HTMLElement {
  const own = data.configurations.filter(({ isOffline }) => isOffline === question.isOffline)
  const held = sizesOf(own).filter(
    ({ prompt, output }) => answerServing(data, { ...question, prompt, output }).options.length > 0,
  )
  const link = (text: string, to: string) => element(document, 'a', { href: to }, text)
  const to = (changed: Partial<ServingQuestion>) =>
    href(`serving/${formatServing({ ...question, ...changed }, data, '')}`)
  const sizes = held
    .slice(0, 3)
    .map(({ prompt, output, ...size }) =>
      element(
        document,
        'li',
        {},
        link(`It holds at ${formatSize({ prompt, output })}`, to({ prompt, output })),
        ` (${plural(size.configurations, 'configuration')} measured)`,
      ),
    )
  return element(
    document,
    'ul',
    { class: 'ways-out prose' },
    ...sizes,
    asked.length > 0 &&
      element(
        document,
        'li',
        {},
        link('Show what was measured, without limits', to({ slo: { ttftMs: null, tps: null } })),
      ),
    element(document, 'li', {}, link(`All figures of ${data.name}`, href(`models/${data.slug}/`))),
    element(
      document,
      'li',
      {},
      'Measure it and ',
      link('share the run', href('contribute/')),
      ': ',
      element(document, 'code', {}, COMMANDS.bench),
    ),
  )
}

/** What a hosted API costs beside the cheapest option. No catalogue of API prices is kept: the visitor enters a quote. */
function renderHosted(
  document: Document,
  data: ServingModel,
  { hosted, basis }: ServingQuestion,
  first: Option | undefined,
): HTMLElement {
  const api = hostedCost(hosted)
  const own = first?.economics.output ?? null
  const text =
    api === null
      ? `No price of a hosted API is catalogued for ${data.name}. Enter a quote above (“Prices, use and a hosted API”) to compare.`
      : `By your quote: ${formatUsd(api)} USD per 1M output tokens with ${formatValue(hosted.promptRatio)} prompt tokens each${describeAgainst(api, own, basis.utilisation)}`
  return element(
    document,
    'section',
    { id: 'hosted' },
    element(document, 'h2', {}, 'A hosted API instead'),
    element(document, 'p', {}, text),
  )
}

function describeAgainst(api: number, own: number | null, utilisation: number): string {
  if (own === null) return '. The cost of the machine is not known.'
  const share = Math.min(1, (own * utilisation) / api)
  const even =
    own * utilisation > api
      ? 'even in use all the time'
      : `unless it is in use more than ${Math.ceil(share * 100)} % of the time`
  return `; the machine above costs ${formatUsd(own)} USD, and is dearer ${even}.`
}
