import { METRIC_INFO } from '../../../contracts/metrics.ts'
import { rentOrigin } from '../cost.ts'
import { element } from '../dom.ts'
import { formatCount, formatRange, formatSpread, formatUsd, formatValue, plural } from '../format.ts'
import { href } from '../href.ts'
import { formatEngine, formatUsers, KIND_LABELS, type Kind, MEASUREMENT_LABELS } from '../labels.ts'
import { rangeBar } from '../range_bar.ts'
import { COST_WORDS } from './cost.ts'
import { boundsOf, scaleEnd } from './figures.ts'
import { type Answer, criterion, type Ranked } from './rank.ts'
import type { Figure, ModelAnswers } from './types.ts'
import type { Question } from './which_state.ts'

type Format = typeof formatValue

/** How the headline and the column of the ranking name each criterion, and write its values. */
const CRITERION_LABELS = {
  speed: { best: 'Fastest', of: (q: Question) => METRIC_INFO[q.metric].title, unit: 'tok/s', format: formatValue },
  ttft: { best: 'First token soonest', of: () => METRIC_INFO.ttft_ms.title, unit: 'ms', format: formatValue },
  cost: { best: 'Cheapest', of: () => 'Cost per million output tokens', unit: 'USD', format: formatUsd },
} as const

/** The answers to a question: a headline, how many runs are hidden and why, and a ranked table per kind. */
export function renderAnswers(
  document: Document,
  data: ModelAnswers,
  question: Question,
  answers: Answer[],
): HTMLElement[] {
  if (answers.length === 0) return [renderEmpty(document, data, question)]
  return answers.map((answer) => renderAnswer(document, data, question, answer, answers.length > 1))
}

/** The answer in one sentence. Ties are named as ties. */
export function headline(data: ModelAnswers, question: Question, answer: Answer): string {
  const [first] = answer.ranked
  if (!first) return `No published run of ${data.name} passes these limits.`
  const { best, unit, format } = CRITERION_LABELS[question.by]
  const value = `${format(criterion(first, question.by).p50)} ${unit}`
  if (first.rank === null) return `Highest median: ${formatRun(first)}, ${value}; too few contributors to rank.`
  const tied = answer.ranked.filter((entry) => entry.rank === 1)
  if (tied.length > 1) return `A tie: ${listRuns(tied)}, ${value}.`
  return `${best}: ${formatRun(first)}, ${value}.`
}

/** `Runs hidden: 4 slower than the least speed; 3 without a list price.`, or an empty text. */
export function describeHidden({ hidden }: Answer): string {
  const parts = hidden.map(({ reason, runs }) => `${runs} ${reason}`)
  return parts.length === 0 ? '' : `Runs hidden: ${parts.join('; ')}.`
}

function formatRun({ gpu, run, engine }: Ranked): string {
  return `${gpu.name}${run.gpuCount > 1 ? ` ×${run.gpuCount}` : ''} with ${engine}`
}

function listRuns(tied: Ranked[]): string {
  const shown = tied.slice(0, 3).map(formatRun)
  return tied.length > 3 ? `${shown.join(', ')} and ${tied.length - 3} more` : shown.join(' and ')
}

function renderEmpty(document: Document, data: ModelAnswers, question: Question): HTMLElement {
  return element(
    document,
    'p',
    { class: 'answer-head' },
    `There is no published run of ${data.name}${question.quantization && ` with ${question.quantization}`}.`,
  )
}

function renderAnswer(
  document: Document,
  data: ModelAnswers,
  question: Question,
  answer: Answer,
  isOneOfMany: boolean,
) {
  const { glyph, title, meaning } = KIND_LABELS[answer.kind]
  return element(
    document,
    'section',
    { class: 'answer' },
    isOneOfMany && element(document, 'h2', {}, `${glyph} ${title[0]!.toUpperCase()}${title.slice(1)}`),
    element(document, 'p', { class: 'answer-head' }, headline(data, question, answer)),
    element(
      document,
      'p',
      { class: 'muted answer-sub' },
      `${data.name}, ${MEASUREMENT_LABELS[question.type].title.toLowerCase()}, ${glyph} ${title} figures (${meaning}). ${describeHidden(answer)}`,
    ),
    answer.ranked.length > 0 && renderTable(document, data, question, answer),
    answer.ranked.length > 0 && renderNotes(document, question, answer),
  )
}

function renderTable(document: Document, data: ModelAnswers, question: Question, answer: Answer): HTMLElement {
  const { of, unit, format } = CRITERION_LABELS[question.by]
  const most = scaleEnd(answer.ranked.map((entry) => criterion(entry, question.by)))
  const heads: [string, string?][] = [
    ['Rank'],
    ['GPU'],
    ['Engine'],
    [`${of(question)} (${unit})`, `bar: 0 to ${format(most)}`],
    question.by === 'speed' ? ['First token (ms)'] : [`${METRIC_INFO[question.metric].title} (tok/s)`],
    ['Rent (USD/h)'],
    ...(question.by === 'cost'
      ? [['First token (ms)'] as [string]]
      : [[`USD per 1M tokens`, COST_WORDS[question.type].short] as [string, string]]),
    ['Evidence'],
  ]
  const rows = answer.ranked.map((entry) => renderRow(document, data, question, entry, heads, most))
  const label = `GPUs and engines for ${data.name}, ranked, ${answer.kind}`
  return element(
    document,
    'div',
    { class: 'scroll', role: 'region', 'aria-label': label, tabindex: 0 },
    element(
      document,
      'table',
      { class: 'rows ranked', role: 'table' },
      element(
        document,
        'thead',
        { role: 'rowgroup' },
        element(document, 'tr', { role: 'row' }, ...heads.map((head, i) => renderHead(document, head, i))),
      ),
      element(document, 'tbody', { role: 'rowgroup' }, ...rows),
    ),
  )
}

function renderHead(document: Document, [text, small]: [string, string?], column: number): HTMLElement {
  const isNumber = column > 3 && text !== 'Evidence'
  return element(
    document,
    'th',
    { scope: 'col', role: 'columnheader', class: isNumber ? 'num' : undefined },
    text,
    small && element(document, 'small', {}, small),
  )
}

function renderRow(
  document: Document,
  data: ModelAnswers,
  question: Question,
  entry: Ranked,
  heads: [string, string?][],
  most: number,
): HTMLElement {
  const cell = (column: number, className: string, ...content: (Node | string | null | false)[]) =>
    element(document, 'td', { role: 'cell', class: className, 'data-label': heads[column]![0] }, ...content)
  const { run } = entry
  const isSpeed = question.by === 'speed'
  return element(
    document,
    'tr',
    { role: 'row', class: entry.rank === 1 ? 'first' : undefined },
    cell(0, 'rank', formatRank(entry)),
    element(document, 'th', { scope: 'row', role: 'rowheader' }, ...renderGpu(document, entry)),
    cell(
      2,
      'engine',
      formatEngine(entry.engine, run.backend),
      element(document, 'small', {}, formatQuantization(run.quantization)),
      run.type !== 'single_stream' && element(document, 'small', {}, formatUsers(run.load)),
      renderOthers(document, data, entry),
    ),
    cell(
      3,
      'main',
      ...mainFigure(document, criterion(entry, question.by), CRITERION_LABELS[question.by].format, most, run.kind),
      entry.borderline &&
        element(
          document,
          'small',
          { class: 'borderline' },
          'borderline: meets a limit by its median, not over its spread',
        ),
    ),
    cell(4, 'num', ...(isSpeed ? renderLatency(document, entry) : renderFigure(document, entry.speed))),
    cell(5, 'num', ...renderPrice(document, entry)),
    question.by === 'cost'
      ? cell(6, 'num', ...renderLatency(document, entry))
      : cell(6, 'num', ...(entry.cost ? renderFigure(document, entry.cost, formatUsd) : ['–'])),
    cell(7, 'evidence', ...renderEvidence(document, entry)),
  )
}

function formatRank({ rank, tied }: Ranked): string {
  return rank === null ? 'unranked' : tied ? `${rank} =` : String(rank)
}

function renderGpu(document: Document, { gpu, run }: Ranked): Node[] {
  const count = run.gpuCount > 1 ? `×${run.gpuCount}` : ''
  const memory = gpu.memoryGb === null ? 'memory not known' : `${formatCount(gpu.memoryGb * run.gpuCount)} GB`
  return [
    element(document, 'a', { href: href(`gpus/${gpu.id}/`) }, gpu.name),
    element(document, 'small', {}, [count, memory].filter(Boolean).join(' · ')),
  ]
}

function formatQuantization(quantization: string): string {
  return quantization === 'unknown' ? 'quantisation not stated' : quantization
}

function renderOthers(document: Document, data: ModelAnswers, { others }: Ranked): Node | false {
  if (others === 0) return false
  return element(
    document,
    'small',
    {},
    element(document, 'a', { href: href(`models/${data.slug}/`) }, `+ ${plural(others, 'further run')}`),
  )
}

function mainFigure(document: Document, figure: Figure, format: Format, most: number, kind: Kind): Node[] {
  const [low, high] = boundsOf(figure)
  const scale = { at: (value: number) => Math.min(value / most, 1), ticks: [] }
  return [
    element(document, 'span', { class: 'value' }, format(figure.p50)),
    rangeBar(document, scale, { low, mid: figure.p50, high }, kind),
    element(document, 'small', {}, describeSpread(figure, format)),
  ]
}

function renderFigure(document: Document, figure: Figure, format: Format = formatValue): Node[] {
  return [
    element(document, 'span', {}, format(figure.p50)),
    element(document, 'small', {}, describeSpread(figure, format)),
  ]
}

function describeSpread(figure: Figure, format: Format): string {
  return figure.interval ? `95 % ${formatRange(...figure.interval, format)}` : formatSpread(figure, format)
}

function renderLatency(document: Document, { ttft, run }: Ranked): (Node | string)[] {
  if (!ttft) return ['–']
  const sizes = run.buckets.length
  return [
    ...renderFigure(document, ttft),
    ...(sizes > 1 ? [element(document, 'small', {}, `over ${sizes} prompt sizes`)] : []),
  ]
}

function renderPrice(document: Document, { rent, run }: Ranked): (Node | string)[] {
  if (!rent) return ['no list price']
  return [formatUsd(rent.usdPerHour), element(document, 'small', {}, rentOrigin(rent, run.gpuCount))]
}

function renderEvidence(document: Document, { run, speed }: Ranked): Node[] {
  const who = run.kind === 'curated' ? run.source : plural(run.contributors, 'contributor')
  return [
    element(document, 'a', { href: href(`cells/${run.id}/`) }, `${KIND_LABELS[run.kind].glyph} ${who}`),
    element(document, 'small', {}, `n ${formatCount(speed.n)} · ${run.lastMonth}`),
  ]
}

function renderNotes(document: Document, question: Question, { kind, ranked }: Answer): HTMLElement {
  const sources = new Set(ranked.map(({ run }) => run.source)).size
  const prompts = new Set(ranked.map(({ run }) => run.buckets.join(' '))).size
  const notes = [
    kind === 'curated'
      ? 'Rank: 1 + how many have a better median. Medians of published benchmarks are exact, and shown to three digits: only equal ones tie, marked “=”. Lines are p25–p75 of the runs; published benchmarks carry no confidence interval.'
      : 'Rank: 1 + how many are clearly better, which needs 95 % intervals that do not overlap; “=” marks a figure that ties with another. Fewer than 8 contributors: unranked.',
    sources > 1 || prompts > 1
      ? 'The rows differ in source or prompt sizes, so small differences say little. On shared terms only: '
      : 'GPU against GPU, on shared terms only: ',
  ]
  return element(
    document,
    'ul',
    { class: 'answer-notes' },
    element(document, 'li', {}, notes[0]),
    element(document, 'li', {}, notes[1], element(document, 'a', { href: href('compare/') }, 'compare two'), '.'),
    element(
      document,
      'li',
      {},
      `Cost = rent × 1,000,000 ÷ (3,600 × ${question.type === 'single_stream' ? 'end-to-end speed, else decode speed' : 'output tokens per second of all streams'}), at full use. ${COST_WORDS[question.type].meaning} Rent: the cheapest on-demand listing of a machine of that size, else the cheapest per GPU × count, on the day stated. `,
      element(document, 'a', { href: href('cost/') }, 'Use your own prices'),
      '.',
    ),
  )
}
