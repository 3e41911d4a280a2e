import { formatContributors, formatN } from '../counts.ts'
import { element } from '../dom.ts'
import { explorePath } from '../explore/permalink.ts'
import { formatCount, formatParameters, formatRange, formatSpread, formatUsd, formatValue, plural } from '../format.ts'
import { href } from '../href.ts'
import { formatLoad, formatMonths, formatPrecision, KIND_LABELS } from '../labels.ts'
import { engineOf, isWeak } from '../matrix/describe.ts'
import { makeScale } from '../matrix/scale.ts'
import { rangeBar, type Scale } from '../range_bar.ts'
import { questionSql } from './sql.ts'
import { formatQuestion } from './state.ts'
import type { Answer, Bar, Facts, Question } from './types.ts'
import { describeEstimate, describeGap, gpuText, headline, remarks, speedText } from './words.ts'

export interface AnswerView {
  document: Document
  facts: Facts
  answer: Answer
  /** The question without parameters in the address. */
  defaults: Question
  /** The most rows; the others are a page of their own. */
  most: number
}

/** The answer: in words, an estimate where nothing was measured, the measured rows, and what to do next. */
export function renderAnswer(view: AnswerView): HTMLElement[] {
  const { document, facts, answer } = view
  const rows = answer.bars.length > 0 ? answer.bars : answer.lower
  const notes = remarks(answer)
  const parts = [
    element(document, 'p', { class: 'answer-head' }, headline(facts, answer)),
    renderEstimate(view),
    rows.length > 0 && renderBars(view, rows.slice(0, view.most), 'Measured'),
    answer.nearest.length > 0 &&
      element(document, 'p', { class: 'answer-note' }, element(document, 'b', {}, 'Nearest measured, one user:')),
    answer.nearest.length > 0 && renderBars(view, answer.nearest, 'Nearest measured'),
    notes.length > 0 && element(document, 'p', { class: 'answer-note' }, notes.join(' ')),
    renderWaysOut(view),
    rows.length === 0 && renderGap(view),
    renderActions(view, rows),
  ]
  return parts.filter((part) => part !== false)
}

function renderEstimate({ document, facts, answer }: AnswerView): HTMLElement | false {
  const text = describeEstimate(facts, answer)
  if (text === '') return false
  const methods = element(document, 'a', { href: href('methods/#estimates') }, 'How it is made')
  return element(
    document,
    'p',
    { class: 'estimate' },
    element(document, 'b', {}, 'Estimate, not a measurement. '),
    text,
    ' ',
    methods,
    '.',
  )
}

function renderBars(view: AnswerView, bars: Bar[], label: string): HTMLElement {
  const { document } = view
  const scale = makeScale(
    bars.flatMap(({ speed }) => [speed.figure.p75, speed.figure.p50]),
    'linear',
  )
  const heads = [
    isAboutModel(view, bars[0]!) ? 'GPU' : 'Model',
    'Engine, precision',
    'Speed (tok/s)',
    'First token (ms)',
    '$ per 1M tokens',
    'Evidence',
  ]
  const head = element(
    document,
    'tr',
    { role: 'row' },
    ...heads.map((text) => element(document, 'th', { scope: 'col', role: 'columnheader' }, text)),
  )
  return element(
    document,
    'table',
    { class: 'answer-bars', role: 'table', 'aria-label': label },
    element(document, 'thead', { role: 'rowgroup' }, head),
    element(document, 'tbody', { role: 'rowgroup' }, ...bars.map((bar) => renderBar(view, bar, scale))),
  )
}

function renderBar(view: AnswerView, bar: Bar, scale: Scale): HTMLElement {
  const { document, facts } = view
  const { entry, speed, ttft, cost } = bar
  const { figure } = speed
  const cell = (name: string, ...content: (Node | string | false)[]) =>
    element(document, 'td', { role: 'cell', class: name }, ...content)
  const small = (text: string) => element(document, 'small', {}, text)
  const range = { low: figure.p25, mid: figure.p50, high: figure.p75 }
  return element(
    document,
    'tr',
    { role: 'row', class: isWeak(entry, figure) ? 'weak' : undefined },
    element(document, 'th', { scope: 'row', role: 'rowheader' }, ...renderSubject(view, bar)),
    cell(
      'engine',
      engineOf(facts.matrix, entry),
      small(
        [formatPrecision(entry.quantization), entry.type !== 'single_stream' && formatLoad(entry.type, entry.load)]
          .filter(Boolean)
          .join(' · '),
      ),
    ),
    cell(
      'speed',
      element(document, 'a', { href: href(`cells/${entry.id}/`) }, speedText(bar)),
      rangeBar(document, scale, range, entry.kind),
      small(figure.interval ? `95 % ${formatRange(...figure.interval)}` : formatSpread(figure, entry.kind)),
    ),
    cell(ttft ? 'ttft' : 'ttft none', ttft ? formatValue(ttft.p50) : '–'),
    cell(cost ? 'cost' : 'cost none', cost ? `$${formatUsd(cost.p50)}` : '–'),
    cell('evidence', ...renderEvidence(view, bar)),
  )
}

/** Whether the row is a GPU of the model that is asked for. */
const isAboutModel = ({ answer }: AnswerView, bar: Bar): boolean =>
  answer.question.model !== '' && !answer.nearest.includes(bar)

function renderSubject(view: AnswerView, bar: Bar): Node[] {
  const { document, facts } = view
  const { gpus, models } = facts.matrix
  const { entry } = bar
  const gpu = element(document, 'a', { href: href(`gpus/${gpus[entry.gpu]!.id}/`) }, gpuText(facts, bar))
  const model = element(
    document,
    'a',
    { href: href(`models/${models[entry.model]!.slug}/`) },
    models[entry.model]!.name,
  )
  if (isAboutModel(view, bar)) return [gpu]
  const isOfOneGpu = view.answer.question.gpu !== '' && !view.answer.nearest.includes(bar)
  const beside = isOfOneGpu ? formatParameters(models[entry.model]!.paramsB) : gpuText(facts, bar)
  return [model, element(document, 'small', {}, beside)]
}

/** Month, n, kind and source: how much the figure is worth. */
function renderEvidence({ document, facts }: AnswerView, { entry, speed }: Bar): Node[] {
  const { glyph, title } = KIND_LABELS[entry.kind]
  const n = `n ${formatN(entry.kind, speed.figure.n)}${isWeak(entry, speed.figure) ? ' (weak)' : ''}`
  const source = facts.matrix.sources.find(({ id }) => id === entry.source)?.name ?? entry.source
  const who = entry.kind === 'community' ? `${formatContributors(entry.contributors)}, ${entry.evidence}` : source
  return [
    element(document, 'span', {}, `${glyph} ${n} · ${formatMonths(entry.firstMonth, entry.lastMonth)}`),
    element(document, 'small', { title: `${title}: ${who}` }, who),
  ]
}

/** Links to the same page with another question; the script answers them in place. */
function renderWaysOut({ document, answer, defaults }: AnswerView): HTMLElement | false {
  if (answer.waysOut.length === 0) return false
  const links = answer.waysOut.map(({ text, question, results }) =>
    element(
      document,
      'a',
      { class: 'button', href: questionQuery(question, defaults), 'data-ask': true },
      `${text}: ${plural(results, 'result')}`,
    ),
  )
  return element(document, 'p', { class: 'ways-out' }, ...links)
}

const questionQuery = (question: Question, defaults: Question): string =>
  `?${new URLSearchParams(formatQuestion(question, defaults))}`

/** How the gap is filled. */
function renderGap({ document, facts, answer }: AnswerView): HTMLElement | false {
  const commands = describeGap(facts, answer)
  if (commands.length === 0) return false
  const blocks = commands.flatMap(({ text, command }) => [
    element(document, 'p', {}, text),
    element(
      document,
      'pre',
      { tabindex: 0, role: 'region', 'aria-label': text },
      element(document, 'code', {}, command),
    ),
  ])
  return element(
    document,
    'div',
    { class: 'gap-filler' },
    element(document, 'h2', {}, 'Measure it'),
    ...blocks,
    element(
      document,
      'p',
      {},
      'Then see it beside the published figures: ',
      element(document, 'a', { href: href('my-numbers/') }, 'my numbers'),
      '; to publish it: ',
      element(document, 'a', { href: href('contribute/') }, 'contribute'),
      '.',
    ),
  )
}

function renderActions({ document, facts, answer, defaults, most }: AnswerView, rows: Bar[]): HTMLElement {
  const rest = rows.length - most
  const all = `${href('which-gpu/')}${questionQuery(answer.question, defaults)}`
  return element(
    document,
    'p',
    { class: 'answer-actions' },
    rest > 0 && element(document, 'a', { class: 'button', href: all }, `All ${formatCount(rows.length)} results`),
    element(
      document,
      'a',
      { class: 'button quiet', href: href(explorePath(questionSql(facts, answer.question))) },
      'SQL',
    ),
    rows.length > 0 && element(document, 'button', { class: 'button quiet', type: 'button', 'data-csv': true }, 'CSV'),
    element(document, 'button', { class: 'button quiet', type: 'button', 'data-copy': 'link' }, 'Copy link'),
    rows.length > 0 &&
      element(
        document,
        'button',
        { class: 'button quiet', type: 'button', 'data-copy': 'badge', 'data-cell': rows[0]!.entry.id },
        'Copy badge',
      ),
  )
}
