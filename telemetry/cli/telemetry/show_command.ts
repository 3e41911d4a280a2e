import type { TelemetryEvent } from '../../../contracts/index.ts'
import { anonymizeEvent } from '../../anonymise/anonymize_event.ts'
import { loadLocalKey } from '../../anonymise/local_key.ts'
import { followBuffer, type ReadPosition, readEndPosition } from '../../buffer/read_buffer.ts'
import { NamePolicy } from '../../publish/name_policy.ts'
import { WithheldNames } from '../../publish/withheld_names.ts'
import { plural } from '../format.ts'
import { type Command, type CommandIo, EXIT_OK } from '../io.ts'
import { createStyle } from '../style.ts'
import { type OptionSpecs, parseOptions, readWholeNumber } from '../usage.ts'
import { describeSkipped, readLastSamples, recordsUpTo, type Skipped, selectSamples } from './read_samples.ts'
import { formatSampleHead, formatSampleRow } from './sample_table.ts'
import { CONFIG_OPTION, optInOf, readSettings, type Settings } from './settings.ts'

const DEFAULT_ROWS = 20

const OPTIONS = {
  ...CONFIG_OPTION,
  json: {
    type: 'boolean',
    help: 'every field, one JSON object a line; the default if the output is no terminal',
  },
  limit: { type: 'string', value: 'N', help: `the last N samples; without it ${DEFAULT_ROWS} in a table, all in JSON` },
  follow: { type: 'boolean', short: 'f', help: 'then wait for more, until Ctrl+C' },
  'as-sent': { type: 'boolean', help: 'as export and the http sink send them: anonymised, rounded, the day only' },
} as const satisfies OptionSpecs

/** `orch telemetry show`: the samples in the buffer of this host. */
export const showCommand: Command = {
  name: 'show',
  summary: 'show the samples in the buffer, before anything is sent',
  usage: {
    lines: ['telemetry show [options]'],
    text: 'orch telemetry show prints the samples in the buffer that may leave this host, those since the opt-in, oldest first. It changes nothing.',
    options: OPTIONS,
    examples: [
      'orch telemetry show --limit 50',
      'orch telemetry show --as-sent --json | head',
      'orch telemetry show --follow',
    ],
    exits: [[0, 'shown, whether or not there are samples']],
  },
  run: show,
}

async function show(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions('orch telemetry show', args, OPTIONS)
  const settings = readSettings(values.config, io.env)
  const table = !values.json && io.terminal.out
  const form = values['as-sent'] ? formAsSent(settings, io) : AS_RECORDED
  const view: View = {
    dir: settings.bufferDir,
    // None of what is recorded for the operator alone may leave; all of it is shown.
    since: settings.consent.local ? null : optInOf(settings),
    isLocal: settings.consent.local ?? false,
    limit: readWholeNumber('--limit', values.limit, { min: 0, max: 1e9 }) ?? (table ? DEFAULT_ROWS : undefined),
    print: (table ? printTable : printJson)(form.toShown, io),
  }
  const end = await readEndPosition(view.dir)
  const { shown, skipped } = await showUpTo(end, view)
  if (table) io.writeError(describeShown(shown, skipped, view, values['as-sent'] ?? false, io))
  for (const line of form.withheld?.format() ?? []) io.writeError(`${line}\n`)
  if (values.follow) await follow(end, view, io)
  return EXIT_OK
}

interface View {
  dir: string
  since: string | null
  /** Whether the samples are the operator's alone. */
  isLocal: boolean
  /** How many of the last samples; all if undefined. */
  limit: number | undefined
  print: (sample: TelemetryEvent) => void
}

async function showUpTo(end: ReadPosition, { dir, since, limit, print }: View) {
  if (limit !== undefined) {
    const { samples, skipped } = await readLastSamples(dir, end, since, limit)
    for (const sample of samples) print(sample)
    return { shown: samples.length, skipped }
  }
  const skipped: Skipped = { before_opt_in: 0, unreadable: 0 }
  let shown = 0
  for await (const sample of selectSamples(recordsUpTo(dir, end), since, skipped)) {
    print(sample)
    shown++
  }
  return { shown, skipped }
}

/** Prints the samples that are recorded after the end, until a signal. */
async function follow(end: ReadPosition, { dir, since, print }: View, io: CommandIo): Promise<void> {
  const stop = new AbortController()
  const stopListening = io.onSignal(() => stop.abort())
  try {
    const records = followBuffer(dir, stop.signal, { from: end })
    for await (const sample of selectSamples(records, since, { before_opt_in: 0, unreadable: 0 })) print(sample)
  } finally {
    stopListening()
  }
}

function printJson(toShown: Form['toShown'], io: CommandIo): View['print'] {
  return (sample) => io.writeOut(`${JSON.stringify(toShown(sample))}\n`)
}

function printTable(toShown: Form['toShown'], io: CommandIo): View['print'] {
  const style = createStyle(io, 'out')
  const { columns } = io.terminal
  let headed = false
  return (sample) => {
    if (!headed) io.writeOut(`${style.strong(formatSampleHead(columns))}\n`)
    headed = true
    const row = formatSampleRow(toShown(sample), columns)
    io.writeOut(`${sample.exit === 'ok' ? row : style.warn(row)}\n`)
  }
}

/** The form in which samples are shown. */
interface Form {
  toShown: (sample: TelemetryEvent) => TelemetryEvent
  /** The names of models that are not shown in it. */
  withheld: WithheldNames | null
}

const AS_RECORDED: Form = { toShown: (sample) => sample, withheld: null }

/** The key is read, or created, only once there is a sample to anonymise. */
function formAsSent({ config }: Settings, { env }: CommandIo): Form {
  const names = new NamePolicy({ released: config.telemetry.publish_models })
  const withheld = new WithheldNames()
  let key: Buffer | undefined
  const toShown = (sample: TelemetryEvent) => {
    key ??= loadLocalKey(env)
    const leaving = names.apply(anonymizeEvent(sample, key))
    withheld.note(sample, leaving)
    return leaving
  }
  return { toShown, withheld }
}

function describeShown(
  shown: number,
  skipped: Skipped,
  { dir, since, limit, isLocal }: View,
  asSent: boolean,
  io: CommandIo,
) {
  const last = shown === limit ? 'the last ' : ''
  const form = isLocal
    ? 'for you alone: telemetry is local, and none of them leaves this host'
    : asSent
      ? 'as they leave this host'
      : 'as recorded; --as-sent shows what leaves this host'
  const none = isLocal ? `No sample in ${dir}.` : `No sample in ${dir} may leave.`
  const head = shown === 0 ? none : `${last}${plural(shown, 'sample')}, ${form}`
  const left = describeSkipped(skipped, since)
  const lines = [head, ...(left.length > 0 ? [`skipped: ${left.join(', ')}`] : [])]
  return lines.map((line) => `${createStyle(io, 'error').faint(line)}\n`).join('')
}
