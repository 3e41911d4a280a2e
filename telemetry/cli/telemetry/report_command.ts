import { type HostReport, REPORT_KEYS } from '../../../contracts/host_report.ts'
import { readReport } from '../../report/read_report.ts'
import { type Command, type CommandIo, EXIT_OK } from '../io.ts'
import { readAgainst } from '../report/against.ts'
import { formatCsv, formatJson, formatMarkdown, formatText } from '../report/report_forms.ts'
import { readTime } from '../report/time_option.ts'
import { createStyle } from '../style.ts'
import { type OptionSpecs, parseOptions } from '../usage.ts'
import { UsageError } from '../usage_error.ts'
import { CONFIG_OPTION, readSettings, type Settings } from './settings.ts'

const FORMATS = ['text', 'markdown', 'json', 'csv'] as const

const OPTIONS = {
  ...CONFIG_OPTION,
  since: { type: 'string', value: 'TIME', help: 'only tasks since then: 90m, 24h, 7d, 2w, or a day (YYYY-MM-DD)' },
  by: {
    type: 'string',
    value: 'KEY',
    help: `a row for each ${REPORT_KEYS.join(', ')} (version); hour is that of the day, in UTC`,
    complete: REPORT_KEYS,
  },
  against: {
    type: 'string',
    value: 'FILE|URL',
    help: 'also the published figures of the same configurations: a document of the site’s API, or the address of the site',
    complete: 'file',
  },
  format: { type: 'string', value: 'FORM', help: `${FORMATS.join(', ')} (text)`, complete: FORMATS },
} as const satisfies OptionSpecs

/** `orch telemetry report`: the operator's own figures, from the buffer. */
export const reportCommand: Command = {
  name: 'report',
  summary: 'show the figures of this host: latency, speed, memory and failures',
  usage: {
    lines: ['telemetry report [options]'],
    text: 'orch telemetry report sums up the samples in the buffer for you: tasks, failures, time to the first token, decode speed, throughput and memory of each model and engine version, with the decode speed over the span as a line. It reads every sample of this host, whether or not it may leave. Quantiles are within 1.1 %. Nothing is sent and nothing changes; a request for the published figures is made only if --against is a URL.',
    options: OPTIONS,
    examples: ['orch telemetry report --since 7d', 'orch telemetry report --by concurrency --format markdown'],
    exits: [[0, 'shown, whether or not there are samples']],
  },
  run: runReport,
}

async function runReport(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions('orch telemetry report', args, OPTIONS)
  const by = oneOf('--by', values.by, REPORT_KEYS) ?? 'version'
  const format = oneOf('--format', values.format, FORMATS) ?? 'text'
  const since = values.since === undefined ? undefined : readTime('--since', values.since, io.now())
  if (values.against !== undefined && format !== 'text')
    throw new UsageError('--against: expected --format text, or none. For JSON: orch expect MODEL --json')
  const settings = readSettings(values.config, io.env)
  const report = await readReport(settings.bufferDirs, { by, since, now: io.now().getTime() })
  if (format === 'text' && report.tasks === 0) io.writeOut(describeEmpty(settings, report))
  else
    io.writeOut(
      `${format === 'text' ? formatText(report, createStyle(io, 'out')).join('\n') : FORMS[format](report).join('\n')}\n`,
    )
  if (values.against !== undefined && format === 'text') {
    const from = since ?? Number.NEGATIVE_INFINITY
    const lines = await readAgainst(values.against, settings.bufferDirs, from, createStyle(io, 'out'))
    io.writeOut(`${lines.join('\n')}\n`)
  }
  return EXIT_OK
}

const FORMS = { markdown: formatMarkdown, json: formatJson, csv: formatCsv }

function oneOf<T extends string>(flag: string, text: string | undefined, known: readonly T[]): T | undefined {
  const found = known.find((word) => word === text)
  if (found !== undefined || text === undefined) return found
  throw new UsageError(`${flag}: expected one of ${known.join(', ')}, found "${text}".`)
}

function describeEmpty({ consent, bufferDirs }: Settings, { unreadable, from }: HostReport): string {
  const why = consent.enabled
    ? 'Telemetry is on: tasks that pass the gateway (orch serve) are recorded.'
    : 'Telemetry is off. orch telemetry local records for you alone, and sends nothing.'
  const broken = unreadable > 0 ? ` ${unreadable.toLocaleString('en')} records could not be read.` : ''
  return `No task since ${from.slice(0, 10)} in ${bufferDirs.join(' or ')}.${broken}\n${why}\n`
}
