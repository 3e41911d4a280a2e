import { METRIC_INFO } from '../../../contracts/metrics.ts'
import { rentOrigin } from '../cost.ts'
import { formatCount, formatRange, formatSpread, formatUsd, formatValue, plural } from '../format.ts'
import { href } from '../href.ts'
import { KIND_WORDS, type Kind, MEASUREMENT_WORDS } from '../words.ts'
import { COST_WORDS } from './cost.ts'
import { type Maker, makerOf } from './dom.ts'
import { rangeBar, scaleEnd } from './range_bar.ts'
import { type Answer, criterion, type Ranked } from './rank.ts'
import type { Figure, ModelAnswers } from './types.ts'
import type { Question } from './which_state.ts'

type Format = typeof formatValue

/** What is ranked by, as a headline and a column say it. */
const BY_WORDS = {
  speed: { best: 'Fastest', of: (q: Question) => METRIC_INFO[q.metric].title, unit: 'tok/s', format: formatValue },
  ttft: { best: 'First token soonest', of: () => METRIC_INFO.ttft_ms.title, unit: 'ms', format: formatValue },
  cost: { best: 'Cheapest', of: () => 'Cost per million output tokens', unit: 'USD', format: formatUsd },
} as const

/** The answers to a question: a headline, what is left out, and a ranked table per kind. */
export function renderAnswers(
  document: Document,
  data: ModelAnswers,
  question: Question,
  answers: Answer[],
): HTMLElement[] {
  const make = makerOf(document)
  if (answers.length === 0) return [renderEmpty(make, data, question)]
  return answers.map((answer) => renderAnswer(make, data, question, answer, answers.length > 1))
}

/** The answer in one sentence. Ties are named as ties. */
export function headline(data: ModelAnswers, question: Question, answer: Answer): string {
  const [first] = answer.ranked
  if (!first) return `No published run of ${data.name} passes these limits.`
  const { best, unit, format } = BY_WORDS[question.by]
  const value = `${format(criterion(first, question.by).p50)} ${unit}`
  if (first.rank === null) return `Highest median: ${setup(first)}, ${value}; too few contributors to rank.`
  const tied = answer.ranked.filter((entry) => entry.rank === 1)
  if (tied.length > 1) return `A tie: ${listSetups(tied)}, ${value}.`
  return `${best}: ${setup(first)}, ${value}.`
}

/** `4 slower than the least speed; 3 without a list price`, or nothing. */
export function leftOutWords({ leftOut }: Answer): string {
  const parts = leftOut.map(({ reason, runs }) => `${runs} ${reason}`)
  return parts.length === 0 ? '' : `Runs left out: ${parts.join('; ')}.`
}

function setup({ gpu, run, engine }: Ranked): string {
  return `${gpu.name}${run.gpuCount > 1 ? ` ×${run.gpuCount}` : ''} with ${engine}`
}

function listSetups(tied: Ranked[]): string {
  const shown = tied.slice(0, 3).map(setup)
  return tied.length > 3 ? `${shown.join(', ')} and ${tied.length - 3} more` : shown.join(' and ')
}

function renderEmpty(make: Maker, data: ModelAnswers, question: Question): HTMLElement {
  return make.html(
    'p',
    { class: 'answer-head' },
    `No published run of ${data.name} is ${question.quantization || 'there'}.`,
  )
}

function renderAnswer(make: Maker, data: ModelAnswers, question: Question, answer: Answer, isOneOfMany: boolean) {
  const { glyph, title, meaning } = KIND_WORDS[answer.kind]
  return make.html(
    'section',
    { class: 'answer' },
    isOneOfMany && make.html('h2', {}, `${glyph} ${title[0]!.toUpperCase()}${title.slice(1)}`),
    make.html('p', { class: 'answer-head' }, headline(data, question, answer)),
    make.html(
      'p',
      { class: 'muted answer-sub' },
      `${data.name}, ${MEASUREMENT_WORDS[question.type].title.toLowerCase()}, ${glyph} ${title} figures (${meaning}). ${leftOutWords(answer)}`,
    ),
    answer.ranked.length > 0 && renderTable(make, data, question, answer),
    answer.ranked.length > 0 && renderNotes(make, question, answer),
  )
}

function renderTable(make: Maker, data: ModelAnswers, question: Question, answer: Answer): HTMLElement {
  const { of, unit, format } = BY_WORDS[question.by]
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
  const rows = answer.ranked.map((entry) => renderRow(make, data, question, entry, heads, most))
  const label = `GPUs and engines for ${data.name}, ranked, ${answer.kind}`
  return make.html(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': label, tabindex: 0 },
    make.html(
      'table',
      { class: 'rows ranked', role: 'table' },
      make.html(
        'thead',
        { role: 'rowgroup' },
        make.html('tr', { role: 'row' }, ...heads.map((head, i) => renderHead(make, head, i))),
      ),
      make.html('tbody', { role: 'rowgroup' }, ...rows),
    ),
  )
}

function renderHead(make: Maker, [text, small]: [string, string?], column: number): HTMLElement {
  const isNumber = column > 3 && text !== 'Evidence'
  return make.html(
    'th',
    { scope: 'col', role: 'columnheader', class: isNumber ? 'num' : undefined },
    text,
    small && make.html('small', {}, small),
  )
}

function renderRow(
  make: Maker,
  data: ModelAnswers,
  question: Question,
  entry: Ranked,
  heads: [string, string?][],
  most: number,
): HTMLElement {
  const cell = (column: number, className: string, ...content: (Node | string | null | false)[]) =>
    make.html('td', { role: 'cell', class: className, 'data-label': heads[column]![0] }, ...content)
  const { run } = entry
  const isSpeed = question.by === 'speed'
  return make.html(
    'tr',
    { role: 'row', class: entry.rank === 1 ? 'first' : undefined },
    cell(0, 'rank', rankWords(entry)),
    make.html('th', { scope: 'row', role: 'rowheader' }, ...gpuWords(make, entry)),
    cell(
      2,
      'engine',
      entry.engine,
      make.html('small', {}, quantizationWords(run.quantization)),
      othersWords(make, data, entry),
    ),
    cell(
      3,
      'main',
      ...mainFigure(make, criterion(entry, question.by), BY_WORDS[question.by].format, most, run.kind),
      entry.borderline &&
        make.html('small', { class: 'borderline' }, 'borderline: meets a limit by its median, not over its spread'),
    ),
    cell(4, 'num', ...(isSpeed ? latencyWords(make, entry) : figureWords(make, entry.speed))),
    cell(5, 'num', ...priceWords(make, entry)),
    question.by === 'cost'
      ? cell(6, 'num', ...latencyWords(make, entry))
      : cell(6, 'num', ...(entry.cost ? figureWords(make, entry.cost, formatUsd) : ['–'])),
    cell(7, 'evidence', ...evidenceWords(make, entry)),
  )
}

function rankWords({ rank, tied }: Ranked): string {
  return rank === null ? 'unranked' : tied ? `${rank} =` : String(rank)
}

function gpuWords(make: Maker, { gpu, run }: Ranked): Node[] {
  const count = run.gpuCount > 1 ? `×${run.gpuCount}` : ''
  const memory = gpu.memoryGb === null ? 'memory not known' : `${formatCount(gpu.memoryGb * run.gpuCount)} GB`
  return [
    make.html('a', { href: href(`gpus/${gpu.id}/`) }, gpu.name),
    make.html('small', {}, [count, memory].filter(Boolean).join(' · ')),
  ]
}

function quantizationWords(quantization: string): string {
  return quantization === 'unknown' ? 'quantisation not stated' : quantization
}

function othersWords(make: Maker, data: ModelAnswers, { others }: Ranked): Node | false {
  if (others === 0) return false
  return make.html(
    'small',
    {},
    make.html('a', { href: href(`models/${data.slug}/`) }, `+ ${plural(others, 'further run')}`),
  )
}

function mainFigure(make: Maker, figure: Figure, format: Format, most: number, kind: Kind): Node[] {
  return [
    make.html('span', { class: 'value' }, format(figure.p50)),
    rangeBar(make, figure, most, kind === 'community'),
    make.html('small', {}, spreadWords(figure, format)),
  ]
}

function figureWords(make: Maker, figure: Figure, format: Format = formatValue): Node[] {
  return [make.html('span', {}, format(figure.p50)), make.html('small', {}, spreadWords(figure, format))]
}

function spreadWords(figure: Figure, format: Format): string {
  return figure.interval ? `95 % ${formatRange(...figure.interval, format)}` : formatSpread(figure, format)
}

function latencyWords(make: Maker, { ttft, run }: Ranked): (Node | string)[] {
  if (!ttft) return ['–']
  const sizes = run.buckets.length
  return [...figureWords(make, ttft), ...(sizes > 1 ? [make.html('small', {}, `over ${sizes} prompt sizes`)] : [])]
}

function priceWords(make: Maker, { rent, run }: Ranked): (Node | string)[] {
  if (!rent) return ['no list price']
  return [formatUsd(rent.usdPerHour), make.html('small', {}, rentOrigin(rent, run.gpuCount))]
}

function evidenceWords(make: Maker, { run, speed }: Ranked): Node[] {
  const who = run.kind === 'curated' ? run.source : plural(run.contributors, 'contributor')
  return [
    make.html('a', { href: href(`cells/${run.id}/`) }, `${KIND_WORDS[run.kind].glyph} ${who}`),
    make.html('small', {}, `n ${formatCount(speed.n)} · ${run.lastMonth}`),
  ]
}

function renderNotes(make: Maker, question: Question, { kind, ranked }: Answer): HTMLElement {
  const sources = new Set(ranked.map(({ run }) => run.source)).size
  const prompts = new Set(ranked.map(({ run }) => run.buckets.join(' '))).size
  const notes = [
    kind === 'curated'
      ? 'Rank: 1 + how many have a clearly better median. Each median is exact to ±1.1 %, so medians within 2.2 % are a tie; “=” marks a figure that ties with another. Lines are p25–p75 of the runs; published benchmarks carry no confidence interval.'
      : 'Rank: 1 + how many are clearly better, which needs 95 % intervals that do not overlap; “=” marks a figure that ties with another. Fewer than 8 contributors: unranked.',
    sources > 1 || prompts > 1
      ? 'The rows differ in source or prompt sizes, so small differences say little. On shared terms only: '
      : 'GPU against GPU, on shared terms only: ',
  ]
  return make.html(
    'ul',
    { class: 'answer-notes' },
    make.html('li', {}, notes[0]),
    make.html('li', {}, notes[1], make.html('a', { href: href('compare/') }, 'compare two'), '.'),
    make.html(
      'li',
      {},
      `Cost = rent × 1,000,000 ÷ (3,600 × end-to-end speed, else decode speed), at full use. ${COST_WORDS[question.type].meaning} Rent: the cheapest on-demand listing of a machine of that size, else the cheapest per GPU × count, on the day stated. `,
      make.html('a', { href: href('cost/') }, 'Use your own prices'),
      '.',
    ),
  )
}
