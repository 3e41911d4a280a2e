import { foldTable, type Head, type Row } from '../answers/table.ts'
import type { AnswerGpu } from '../answers/types.ts'
import { rentOrigin } from '../cost.ts'
import { formatSteps } from '../counts.ts'
import { type Content, element } from '../dom.ts'
import { formatCount, formatUsd, formatValue, plural } from '../format.ts'
import { href } from '../href.ts'
import { formatEngine, formatPrecision, KIND_LABELS } from '../labels.ts'
import { markBound } from '../speed.ts'
import type { Economics, Option } from './answer.ts'
import type { Level, ServingModel } from './types.ts'
import { formatCapacity, formatLoadOf } from './words.ts'

const HEADS: Head[] = [
  { text: 'Configuration' },
  { text: 'Machines', isNumber: true },
  { text: 'Users per machine', small: 'at most', isNumber: true },
  { text: 'tok/s per user', isNumber: true },
  { text: 'USD per hour', small: 'all machines', isNumber: true },
  { text: 'USD per 1M output', isNumber: true },
  { text: 'J per output token', isNumber: true },
  { text: 'Evidence', class: 'evidence' },
]
/** Rows that are shown at once. */
const OPEN_ROWS = 2

/** The configurations that hold the SLO, cheapest first. */
export function renderOptions(document: Document, data: ServingModel, options: Option[], label: string): HTMLElement[] {
  const rows = options.map((option, i) => optionRow(document, data, option, i === 0))
  return foldTable(document, { label, class: 'ranked dense options', heads: HEADS, rows }, OPEN_ROWS, 'combination')
}

function optionRow(document: Document, data: ServingModel, option: Option, isFirst: boolean): Row {
  const { configuration, capacity, machines, load, at, economics } = option
  const small = (text: string) => element(document, 'small', {}, text)
  const first = at && (at.ttftMs === null ? 'first token not measured' : `first token ${formatValue(at.ttftMs)} ms`)
  return {
    class: isFirst ? 'first' : undefined,
    cells: [
      configurationCell(document, data, configuration),
      [formatCount(machines), small(`${formatLoadOf(load)}${machines === 1 ? '' : ' each'}`)],
      [formatCount(capacity.users), small(formatCapacity(capacity).split(';')[0]!)],
      at
        ? [markBound(formatValue(at.tps), at), small(`${first}${at.between ? ', interpolated' : ''}`)]
        : ['–', small('not measured at so few users')],
      renderPrice(document, option),
      [
        formatUsd(economics.output),
        economics.input === null ? null : small(`${formatUsd(economics.input)} per 1M input`),
      ],
      renderEnergy(document, economics),
      renderEvidence(document, configuration.source, at?.level ?? configuration.levels[0]!),
    ],
  }
}

type Named = Pick<ServingModel, 'gpus' | 'engines'>
interface Deployed {
  gpu: string
  gpuCount: number
  engine: string
  backend: string
  quantization: string
}

/** GPU and count, with engine and precision below. */
export function configurationCell(document: Document, { gpus, engines }: Named, one: Deployed): Content[] {
  const gpu: AnswerGpu = gpus.find(({ id }) => id === one.gpu)!
  const engine = engines.find(({ id }) => id === one.engine)!.name
  return [
    element(document, 'a', { href: href(`gpus/${gpu.id}/`) }, gpu.name),
    one.gpuCount > 1 && element(document, 'b', { class: 'count' }, ` ×${one.gpuCount}`),
    element(document, 'small', {}, `${formatEngine(engine, one.backend)}, ${formatPrecision(one.quantization)}`),
  ]
}

function renderPrice(document: Document, { usdPerHour, price, configuration }: Option): Content[] {
  if (!price) return ['not known']
  const origin = price.rent && rentOrigin(price.rent, configuration.gpuCount)
  return [formatUsd(usdPerHour), element(document, 'small', {}, origin ?? 'your own price')]
}

/** Joules per token and tokens per joule; TDP is an upper bound on power. */
export function renderEnergy(document: Document, { energy }: Pick<Economics, 'energy'>): Content[] {
  if (!energy) return ['–']
  const isTdp = energy.power.basis === 'TDP'
  const perJoule = `${isTdp ? '≥ ' : ''}${formatValue(1 / energy.joules)} tok/J, ${isTdp ? 'TDP' : 'measured'}`
  return [`${isTdp ? '≤ ' : ''}${formatValue(energy.joules)}`, element(document, 'small', {}, perJoule)]
}

export function renderEvidence(
  document: Document,
  source: string,
  level: Pick<Level, 'id' | 'n' | 'lastMonth'>,
): Content[] {
  const kind = source === 'community' ? 'community' : 'curated'
  const { glyph } = KIND_LABELS[kind]
  return [
    element(document, 'a', { href: href(`cells/${level.id}/`) }, `${glyph} ${source}`),
    element(
      document,
      'small',
      {},
      `${kind === 'community' ? `${formatSteps(level.n)} samples` : plural(level.n, 'run')} · ${level.lastMonth}`,
    ),
  ]
}
