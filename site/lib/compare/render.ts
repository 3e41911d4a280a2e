import { METRIC_INFO, PROMPT_BUCKET_TITLES } from '../../../contracts/metrics.ts'
import { type Head, type Row, renderTable } from '../answers/table.ts'
import { formatN } from '../counts.ts'
import { type Content, element } from '../dom.ts'
import { explorePath } from '../explore/permalink.ts'
import { formatCount, formatRange, formatSpread, formatValue, plural } from '../format.ts'
import { href } from '../href.ts'
import { formatEngine, formatLoad, formatPrecision, KIND_LABELS } from '../labels.ts'
import { compareSql } from './export.ts'
import {
  breakDown,
  compareWithFirst,
  findMatches,
  groupMatches,
  type Match,
  type MatchGroup,
  type Part,
  stratumOf,
} from './match.ts'
import type { Cell, ModelName, Names, Side, Subject } from './types.ts'
import { coverage, describeExtrapolation, formatPart, formatRatio, groupTitle, verdict } from './words.ts'

export interface Comparison {
  side: Side
  subjects: Subject[]
  names: Names
  /** The comparisons shown: those of the model asked for, if it has any. */
  matches: Match[]
  /** A model that was asked for and has no comparison of its own. */
  missing: ModelName | null
}

/** Compares subjects of one side; of one model only, if one is asked for and was measured alike. */
export function compareSubjects(subjects: Subject[], model: ModelName | null = null): Comparison {
  const { side } = subjects[0]!
  const all = findMatches(
    subjects.map(({ cells }) => cells),
    side,
  )
  const names: Names = {
    gpus: Object.assign({}, ...subjects.map((one) => one.names.gpus)),
    engines: Object.assign({}, ...subjects.map((one) => one.names.engines)),
    models: Object.assign({}, ...subjects.map((one) => one.names.models)),
  }
  const own = model === null ? all : all.filter((match) => names.models[stratumOf(match).model]!.slug === model.slug)
  const isMissing = model !== null && own.length === 0
  return { side, subjects, names, matches: isMissing ? all : own, missing: isMissing ? model : null }
}

const PARTS: Record<Side, Part[]> = {
  gpus: ['load', 'bucket'],
  engines: ['gpu', 'load', 'bucket'],
  models: ['gpu', 'load', 'bucket'],
}
const PART_TITLES: Record<Part, string> = { load: 'Users', bucket: 'Prompt tokens', gpu: 'GPU' }

/** Rows of comparisons that are shown at once, and at most. */
const OPEN_ROWS = 1

/** The sentences, breakdowns and table of a comparison. `most` bounds the rows; the CSV has all. */
export function renderComparison(
  document: Document,
  comparison: Comparison,
  most = Number.POSITIVE_INFINITY,
): HTMLElement[] {
  const { matches, missing, names } = comparison
  const groups = groupMatches(matches)
  const note =
    missing === null ? null : element(document, 'p', { class: 'note' }, describeExtrapolation(missing, matches, names))
  return [
    note,
    ...groups.map((group) => renderGroup(document, comparison, group, most)),
    renderFacts(document, comparison),
  ].filter((node) => node !== null)
}

/** What is known of the subjects besides their speed. */
function renderFacts(document: Document, { subjects, side }: Comparison): HTMLElement | null {
  const titles = subjects[0]!.facts.map(([title]) => title)
  if (titles.length === 0) return null
  const heads = [
    { text: 'Specification' },
    ...subjects.map(({ id, name }) => ({ text: name, href: href(`${side}/${id}/`) })),
  ]
  const rows = titles.map((title, i) => ({ cells: [[title], ...subjects.map(({ facts }) => [facts[i]![1]])] }))
  return renderTable(document, { label: 'Facts side by side', class: 'facts-table', heads, rows })
}

function renderGroup(document: Document, comparison: Comparison, group: MatchGroup, most: number): HTMLElement {
  const { side, subjects, names } = comparison
  const titles = subjects.map(({ name }) => name)
  const against = compareWithFirst(group)
  const { glyph, title } = KIND_LABELS[group.kind]
  return element(
    document,
    'section',
    { class: 'contrast', id: `${group.type}-${group.metric}-${group.kind}` },
    element(
      document,
      'h2',
      {},
      `${groupTitle(group)} `,
      element(document, 'span', { class: 'muted' }, `${glyph} ${title}`),
    ),
    ...against.map((one) => element(document, 'p', { class: 'answer-head' }, verdict(titles, one, group))),
    element(document, 'p', { class: 'muted answer-sub' }, coverage(group.matches, side, names)),
    element(
      document,
      'div',
      { class: 'breakdowns' },
      ...PARTS[side].map((by) => renderBreakdown(document, comparison, group, by)),
    ),
    ...renderMatches(document, comparison, group, most),
  )
}

/** The median ratio of each subject to the first, by load, prompt size or GPU; nothing if there is only one. */
function renderBreakdown(
  document: Document,
  { subjects, names }: Comparison,
  group: MatchGroup,
  by: Part,
): HTMLElement | null {
  const against = compareWithFirst(group).map((one) => ({ ...one, parts: breakDown(one, by) }))
  const values = [...new Set(against.flatMap(({ parts }) => parts.map(({ value }) => value)))]
  if (values.length < 2) return null
  const isLatency = !METRIC_INFO[group.metric].higher_is_better
  const first = subjects[0]!.name
  const heads: Head[] = [
    { text: PART_TITLES[by] },
    ...against.map(({ at }) => ({ text: subjects[at]!.name, small: 'ratio (comparisons)', isNumber: true })),
  ]
  const rows = values.map((value) => ({
    cells: [
      [formatPart(by, value, names)],
      ...against.map(({ parts }): Content[] => {
        const part = parts.find((one) => one.value === value)
        if (!part) return ['–']
        const { mid } = part.overall.ratio
        const total = Object.values(part.overall.counts).reduce((sum, n) => sum + n, 0)
        return [formatRatio(isLatency ? mid : 1 / mid), element(document, 'small', {}, `(${formatCount(total)})`)]
      }),
    ],
  }))
  const caption = `${METRIC_INFO[group.metric].title} relative to ${first}, by ${by === 'gpu' ? 'GPU' : PART_TITLES[by].toLowerCase()}`
  const label = `${groupTitle(group)}, ${group.kind}: ${caption}`
  return element(
    document,
    'div',
    {},
    element(document, 'p', { class: 'muted' }, caption),
    renderTable(document, { label, class: 'compact', heads, rows }),
  )
}

function renderMatches(document: Document, comparison: Comparison, group: MatchGroup, most: number): HTMLElement[] {
  const { side, subjects } = comparison
  const { unit } = METRIC_INFO[group.metric]
  const shown = group.matches.slice(0, most)
  const heads: Head[] = [
    ...(side === 'models' ? [] : [{ text: 'Model' }]),
    { text: side === 'gpus' ? 'Engine' : 'GPU', class: 'fixed' },
    { text: 'Prompt tokens', class: 'bucket' },
    ...subjects.map(({ name }) => ({ text: `${name} (${unit})`, isNumber: true })),
    { text: 'Source', class: 'from' },
  ]
  const rows = shown.map((match) => matchRow(document, comparison, group, match))
  const left = group.matches.length - shown.length
  const label = `${groupTitle(group)}, ${group.kind}: like-for-like comparisons`
  const table = (part: Row[]) => renderTable(document, { label, class: 'strata', heads, rows: part })
  const count = plural(group.matches.length, 'comparison')
  return [
    element(
      document,
      'details',
      { class: 'fold', open: rows.length <= OPEN_ROWS },
      element(
        document,
        'summary',
        {},
        rows.length === 1
          ? 'The comparison'
          : left > 0
            ? `${shown.length} of ${count}; the CSV has all`
            : `All ${count}`,
      ),
      table(rows),
    ),
  ]
}

const version = (text: string) => (text === 'unknown' ? 'version not stated' : text)

function matchRow(
  document: Document,
  { side, subjects, names }: Comparison,
  { metric, kind }: MatchGroup,
  match: Match,
): Row {
  const cell = stratumOf(match)
  const small = (...content: Content[]) => element(document, 'small', {}, ...content)
  const cells = match.filter((one) => one !== undefined)
  const both = (read: (one: Cell) => string) =>
    [...new Set(cells.map(read))].length === 1 ? read(cell) : cells.map(read).join(' / ')
  const count = cell.gpuCount > 1 ? ` ×${cell.gpuCount}` : ''
  const engine = formatEngine(names.engines[cell.engine]!, cell.backend)
  const model: Content[][] =
    side === 'models' ? [] : [[names.models[cell.model]!.name, small(formatPrecision(cell.quantization))]]
  const versions = cells.map((one) => version(one.version)).join(' / ')
  const fixed: Content[] =
    side === 'gpus'
      ? [`${engine}${count}`, small(version(cell.version))]
      : side === 'engines'
        ? [`${names.gpus[cell.gpu]}${count}`, small(versions)]
        : [`${names.gpus[cell.gpu]}${count}`, small(`${engine}, ${formatPrecision(cell.quantization)}`)]
  return {
    cells: [
      ...model,
      fixed,
      [PROMPT_BUCKET_TITLES[cell.bucket], cell.type !== 'single_stream' && small(formatLoad(cell.type, cell.load))],
      ...match.map((one, i) => figureCell(document, one, { metric, kind }, subjects[i]!.name)),
      [
        `${KIND_LABELS[kind].glyph} ${kind === 'curated' ? cell.source : 'community'}`,
        small(both(({ month }) => month)),
      ],
    ],
  }
}

function figureCell(
  document: Document,
  cell: Cell | undefined,
  { metric, kind }: Pick<MatchGroup, 'metric' | 'kind'>,
  name: string,
): Content[] {
  const figure = cell?.figures[metric]
  if (!cell || !figure) return ['–']
  const value = formatValue(figure.p50)
  const label = `${value} ${METRIC_INFO[metric].unit}, ${name}: details`
  const spread = figure.interval ? `95 % ${formatRange(...figure.interval)}` : formatSpread(figure, kind)
  return [
    element(document, 'a', { href: href(`cells/${cell.id}/`), 'aria-label': label }, value),
    element(document, 'small', {}, `${spread} · n ${formatN(kind, figure.n)}`),
  ]
}

/** The address of a comparison on /compare/. */
export function comparePage(side: Side, ids: string[], model: string | null = null): string {
  const query = `${side}=${ids.map(encodeURIComponent).join(',')}`
  return `compare/?${query}${model === null ? '' : `&model=${encodeURIComponent(model)}`}`
}

/** The link that opens the query of a comparison in the explorer. */
export function sqlLink(document: Document, { side, subjects }: Comparison): HTMLElement {
  const ids = subjects.map(({ id, cells }) => (side === 'models' ? (cells[0]?.model ?? id) : id))
  return element(document, 'a', { class: 'button', href: href(explorePath(compareSql(ids, side))) }, 'SQL')
}
