import type { Comparison } from '../../../contracts/host_report.ts'
import { showValue } from '../../../contracts/show.ts'
import { LEAST_CHANGE } from '../../report/compare.ts'
import { readTasks } from '../../report/read_tasks.ts'
import { VersionTables } from '../../report/version_tables.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from '../io.ts'
import { formatComparisons } from '../report/comparison_text.ts'
import { readDay, readTime } from '../report/time_option.ts'
import { createStyle } from '../style.ts'
import { type OptionSpecs, parseOptions } from '../usage.ts'
import { UsageError } from '../usage_error.ts'
import { CONFIG_OPTION, readSettings } from './settings.ts'

const OPTIONS = {
  ...CONFIG_OPTION,
  since: { type: 'string', value: 'TIME', help: 'only tasks since then: 90m, 24h, 7d, 2w, or a day (YYYY-MM-DD)' },
  'fail-on': { type: 'string', value: 'N%', help: 'exit code 3 if anything became slower by N % or more' },
  json: { type: 'boolean', help: 'the comparisons as JSON' },
} as const satisfies OptionSpecs

const EXIT_SLOWER = 3

/** `orch telemetry compare`: whether an update of the engine made it slower on this host. */
export const compareCommand: Command = {
  name: 'compare',
  summary: 'did the last engine update make it slower on this host?',
  usage: {
    lines: ['telemetry compare [options]', 'telemetry compare BEFORE AFTER [options]'],
    text: `orch telemetry compare compares two versions of an engine, by default the last two of each model, or two spans of time (2026-11-01..2026-11-07), on the samples of this host. Only what is alike is compared: host, GPU, model, precision, prompt size and load. Tasks of an hour hang together, so hours are resampled, not tasks; each side needs six of them.

A verdict needs a change of ${LEAST_CHANGE * 100} % or more whose interval excludes none. In simulations a host that drifts without a change was called slower or faster in at most 1 % of the comparisons by one metric, 2 % by both; a drop of 10 % was seen in 94 % of them after a day before and after, in 100 % after four, and in 25 % after two days of which one hour in twenty ran at half speed. Without a verdict it says how many more tasks it needs.`,
    options: OPTIONS,
    examples: ['orch telemetry compare', 'orch telemetry compare 0.10.2 0.11.0 --fail-on 5%'],
    exits: [
      [0, 'compared, or there is nothing to compare'],
      [1, 'neither side of BEFORE AFTER has a task'],
      [EXIT_SLOWER, 'slower by --fail-on or more'],
    ],
  },
  run: runCompare,
}

async function runCompare(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions('orch telemetry compare', args, OPTIONS, 2)
  if (positionals.length === 1)
    throw new UsageError(`orch telemetry compare: expected BEFORE and AFTER, found ${showValue(positionals[0])} alone.`)
  const limit = readPercent(values['fail-on'])
  const from = values.since === undefined ? Number.NEGATIVE_INFINITY : readTime('--since', values.since, io.now())
  const { bufferDirs } = readSettings(values.config, io.env)
  const comparisons = await compareBuffers(bufferDirs, positionals, from)
  if (values.json) io.writeOut(`${JSON.stringify(comparisons, null, 1)}\n`)
  else io.writeOut(`${formatComparisons(comparisons, createStyle(io, 'out')).join('\n')}\n`)
  if (comparisons.length === 0) return positionals.length === 0 ? EXIT_OK : EXIT_FAILED
  return limit !== undefined && comparisons.some((one) => isSlower(one, limit)) ? EXIT_SLOWER : EXIT_OK
}

async function compareBuffers(
  folders: readonly string[],
  sides: readonly string[],
  from: number,
): Promise<Comparison[]> {
  const tables = new VersionTables()
  const spans = sides.map((text) => ({ text, span: readSpan(text) }))
  await readTasks(folders, { from, to: Number.POSITIVE_INFINITY }, (task, at) => {
    if (spans.length === 0) return tables.add(task, at, task.engine_version)
    for (const { text, span } of spans)
      if (span === null ? task.engine_version === text : at >= span.from && at < span.to) tables.add(task, at, text)
  })
  const [before, after] = sides
  return before === undefined || after === undefined ? tables.compareLatest() : tables.compare(before, after)
}

const DAY_MS = 86_400_000

/** The span of `DAY..DAY`, both days included; null for what is no span, and hence a version. */
function readSpan(text: string): { from: number; to: number } | null {
  if (!text.includes('..')) return null
  const [from, to] = text.split('..').map(readDay)
  if (from !== null && from !== undefined && to !== null && to !== undefined && from <= to)
    return { from, to: to + DAY_MS }
  throw new UsageError(
    `orch telemetry compare: expected two days like 2026-11-01..2026-11-07, found ${showValue(text)}.`,
  )
}

function readPercent(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, percent] = /^(\d{1,2}(?:\.\d{1,2})?)%?$/.exec(text) ?? []
  if (percent !== undefined) return Number(percent) / 100
  throw new UsageError(`--fail-on: expected a share like 5%, found ${showValue(text)}.`)
}

function isSlower({ changes }: Comparison, limit: number): boolean {
  return changes.some(({ verdict, change }) => verdict === 'slower' && Math.abs(change!) >= limit)
}
