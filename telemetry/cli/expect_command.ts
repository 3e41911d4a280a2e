import type { NameIndex } from '../../contracts/index.ts'
import { CONCURRENCY_BUCKET_TITLES } from '../../contracts/load.ts'
import { readOwnFigures } from '../expect/own_figures.ts'
import { type PublishedRow, readPublishedRows } from '../expect/published_rows.ts'
import { LEAST_TASKS, type Standing, standingOf } from '../expect/standing.ts'
import { startGpuMonitor } from '../gpu/start_gpu_monitor.ts'
import { UNKNOWN } from '../sample/clean_labels.ts'
import { loadNames } from './catalogue.ts'
import { formatFigure } from './figures.ts'
import { formatTable, plural } from './format.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from './io.ts'
import { describeStanding } from './report/against.ts'
import { createStyle, type Style } from './style.ts'
import { CONFIG_OPTION, readSettings } from './telemetry/settings.ts'
import { type OptionSpecs, parseOptions } from './usage.ts'
import { UsageError } from './usage_error.ts'

const OPTIONS = {
  from: {
    type: 'string',
    value: 'FILE|URL',
    help: 'the published figures: a document of the site’s API, or the address of the site',
    complete: 'file',
  },
  gpu: { type: 'string', short: 'g', value: 'NAME', help: 'the card; this host’s if absent' },
  all: { type: 'boolean', help: 'every card' },
  json: { type: 'boolean', help: 'the rows and where this host stands, as JSON' },
  ...CONFIG_OPTION,
} as const satisfies OptionSpecs

/** Rows that are shown in a terminal. */
const MOST_ROWS = 20

/** `orch expect MODEL`: what the published matrix says of a model on this card, and where this host stands. */
export const expectCommand: Command = {
  name: 'expect',
  summary: 'what is published of a model on this card, and where this host stands',
  usage: {
    lines: ['expect MODEL --from FILE|URL [options]'],
    text: `orch expect answers "is my machine normal?": the published speeds of a model on this host's card, by engine, precision and load, and beside them the median of this host's own samples of the same configuration (at least ${LEAST_TASKS}). Own samples come from the buffer; orch telemetry local records without sending.

The figures come from a file: download api/v1/models/….json from the site. A request is made only if --from is a URL, and tells the site which model is asked for, nothing else.`,
    options: OPTIONS,
    examples: [
      'orch expect hf:meta-llama/Llama-3.1-8B-Instruct --from llama.json',
      'orch expect gpt-oss-20b --from gpt-oss.json --gpu "RTX 4090"',
    ],
    exits: [
      [0, 'shown'],
      [1, 'nothing is published of it, or the figures cannot be read'],
    ],
  },
  run: runExpect,
}

interface Line {
  row: PublishedRow
  standing: Standing | null
}

async function runExpect(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions('orch expect', args, OPTIONS, 1)
  const [name] = positionals
  if (name === undefined) throw new UsageError('orch expect: name a model.\nSee orch expect --help')
  if (values.from === undefined)
    throw new UsageError(
      'orch expect: expected --from, the file or address of the published figures.\nSee orch expect --help',
    )
  const names = loadNames()
  const model = findModel(name, names)
  const gpu = values.all
    ? null
    : findGpu(values.gpu === undefined ? await readGpu(io) : { gpu_name: values.gpu }, names)
  const rows = (await readPublishedRows(values.from, [model.id])).filter(
    ({ gpu_id }) => gpu === null || gpu_id === gpu.id,
  )
  const settings = readSettings(values.config, io.env)
  const own = await readOwnFigures(settings.bufferDirs, names, Number.NEGATIVE_INFINITY)
  const lines = rows.map((row) => ({ row, standing: standingOf(row, own) })).sort(byUse)
  if (values.json)
    io.writeOut(`${JSON.stringify({ model_id: model.id, gpu_id: gpu?.id ?? null, rows: lines }, null, 1)}\n`)
  else if (lines.length > 0)
    io.writeOut(`${formatLines(model.name, gpu?.name ?? null, lines, createStyle(io, 'out')).join('\n')}\n`)
  if (lines.length === 0) io.writeError(describeNone(model.name, gpu?.name ?? 'any card'))
  return lines.length > 0 ? EXIT_OK : EXIT_FAILED
}

/** Rows with own figures first, those without a speed last, then one user before many, then the fastest. */
function byUse(a: Line, b: Line): number {
  const rank = ({ standing, row }: Line) =>
    (standing ? 0 : 2) + (row.decode_tps_p50 === null ? 4 : 0) + (row.measurement_type === 'single_stream' ? 0 : 1)
  return rank(a) - rank(b) || (b.row.decode_tps_p50 ?? 0) - (a.row.decode_tps_p50 ?? 0)
}

function findModel(name: string, names: NameIndex): { id: string; name: string } {
  // The engine and the card do not matter for the name of a model.
  const found = names.resolve({ model_ref: name, gpu_name: 'NVIDIA GeForce RTX 4090', engine: 'vllm' })
  if ('known' in found && found.known.listed) return found.known.model
  throw new Error(
    `MODEL: expected a model that the catalogue has, found "${name}". Write it as hf:org/repo or as its file is called.`,
  )
}

interface Card {
  gpu_name: string
  /** Tells variants of one name apart. */
  vram_total_mb?: number | null
  gpu_count?: number
}

function findGpu(card: Card, names: NameIndex): { id: string; name: string } {
  const found = names.resolve({ model_ref: 'gpt-oss-20b', engine: 'vllm', ...card })
  if ('known' in found) return found.known.gpu
  const candidates = found.unknown.flatMap((unknown) => unknown.candidates)
  const which = candidates.length > 0 ? ` It may be ${candidates.slice(0, 4).join(', ')}.` : ''
  throw new Error(
    `--gpu: expected a card that the catalogue has, found "${card.gpu_name}".${which} Or show every card with --all.`,
  )
}

async function readGpu(io: CommandIo): Promise<Card> {
  const config = readSettings(undefined, io.env).config.gpu
  const monitor = await startGpuMonitor({ config, env: io.env, warn: () => {} })
  const { gpu_name, vram_total_mb, gpu_count } = monitor.facts()
  await monitor.close()
  if (gpu_name !== UNKNOWN) return { gpu_name, vram_total_mb, gpu_count }
  throw new Error(
    '--gpu: expected a tool of this host that names its card, found none. Pass --gpu NAME, or show every card with --all.',
  )
}

/** Counts of community rows are published in steps. */
function formatN({ kind, decode_tps_n: n }: PublishedRow): string {
  if (n === null) return '–'
  return `${kind === 'community' ? 'about ' : ''}${n.toLocaleString('en')}`
}

const COLUMNS = {
  card: ({ row }) => row.gpu_id,
  engine: ({ row }) => (row.gpu_count === 1 ? row.engine : `${row.engine} ×${row.gpu_count}`),
  precision: ({ row }) => (row.quantization === 'unknown' ? '–' : row.quantization),
  users: ({ row }) =>
    row.measurement_type === 'single_stream' ? 'one' : CONCURRENCY_BUCKET_TITLES[row.concurrency_bucket],
  'tok/s': ({ row }) => show(row.decode_tps_p50),
  'p25–p75': ({ row: { decode_tps_p25: low, decode_tps_p75: high } }) =>
    low === null || high === null ? '–' : `${formatFigure(low)}–${formatFigure(high)}`,
  'TTFT ms': ({ row }) => show(row.ttft_ms_p50),
  n: ({ row }) => formatN(row),
  month: ({ row }) => row.last_month,
  'this host': ({ standing }) => (standing === null ? '' : describeStanding(standing)),
} satisfies Record<string, (line: Line) => string>
type Column = keyof typeof COLUMNS

const NUMBERS: readonly Column[] = ['tok/s', 'p25–p75', 'TTFT ms', 'n']
const CONFIGURATION: readonly Column[] = ['engine', 'precision', 'users', 'tok/s']

/** What fits into 80 columns. */
function chooseColumns(isOneCard: boolean, hasOwn: boolean): readonly Column[] {
  if (!isOneCard)
    return ['card', ...CONFIGURATION, ...(hasOwn ? (['this host'] as const) : (['TTFT ms', 'n'] as const))]
  return [...CONFIGURATION, 'p25–p75', 'TTFT ms', ...(hasOwn ? (['this host'] as const) : (['n', 'month'] as const))]
}

function formatLines(model: string, gpu: string | null, lines: readonly Line[], style: Style): string[] {
  const shown = lines.slice(0, MOST_ROWS)
  const hasOwn = shown.some(({ standing }) => standing)
  const columns = chooseColumns(gpu !== null, hasOwn)
  const numbers = columns.flatMap((column, at) => (NUMBERS.includes(column) ? [at] : []))
  const cells = shown.map((line) => columns.map((column) => COLUMNS[column](line)))
  const [head, ...body] = formatTable(columns, cells, numbers)
  const left = lines.length - shown.length
  const note = hasOwn
    ? 'this host: median decode speed of its own samples, beside the published middle half.'
    : `This host has fewer than ${LEAST_TASKS} samples of any of these configurations.`
  return [
    `${style.strong(model)} on ${style.strong(gpu ?? 'any card')}`,
    '',
    style.faint(head!),
    ...body,
    ...(left > 0 ? [`${plural(left, 'more row')}: --json shows all.`] : []),
    '',
    style.faint(note),
  ]
}

function describeNone(model: string, gpu: string): string {
  return `Nothing is published of ${model} on ${gpu} in what --from names. Show every card with --all, or measure it: orch bench\n`
}

function show(value: number | null): string {
  return value === null ? '–' : formatFigure(value)
}
