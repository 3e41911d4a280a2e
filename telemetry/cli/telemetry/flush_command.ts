import { existsSync } from 'node:fs'
import { layout } from '../../buffer/layout.ts'
import { readBufferStatus } from '../../buffer/status.ts'
import type { SinkCounts } from '../../buffer/types.ts'
import { createTelemetry } from '../../create_telemetry.ts'
import { fixedGpuMonitor, NO_GPU_FACTS } from '../../gpu/fixed_monitor.ts'
import { formatTable } from '../format.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from '../io.ts'
import { createStyle } from '../style.ts'
import { type OptionSpecs, parseOptions, readWholeNumber } from '../usage.ts'
import { listDestinations } from './destinations.ts'
import { assertMayLeave, CONFIG_OPTION, readSettings, type Settings } from './settings.ts'

const DEFAULT_DEADLINE_S = 60
const PROGRESS_MS = 500

const OPTIONS = {
  ...CONFIG_OPTION,
  deadline: { type: 'string', value: 'S', help: `how long to try, in seconds (${DEFAULT_DEADLINE_S})` },
  json: { type: 'boolean', help: 'the counts of each sink, as JSON' },
} as const satisfies OptionSpecs

/** `orch telemetry flush`: sends the pending samples now. */
export const flushCommand: Command = {
  name: 'flush',
  summary: 'send the pending samples now',
  usage: {
    lines: ['telemetry flush [options]'],
    text: 'orch telemetry flush sends the pending samples to the configured sinks, without waiting for a batch to fill. A gateway may run meanwhile: they take turns.',
    options: OPTIONS,
    exits: [
      [0, 'nothing is pending any more'],
      [1, 'telemetry is off, no sink is configured, or the deadline passed'],
    ],
  },
  run: runFlush,
}

/** What the command did for one sink. */
interface SinkReport {
  sink: string
  /** By this command, or by another process meanwhile. */
  sent: number
  waiting: number
  dropped: number
  /** Whether another process is sending to the sink at this moment. */
  locked: boolean
}

async function runFlush(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions('orch telemetry flush', args, OPTIONS)
  const deadline = readWholeNumber('--deadline', values.deadline, { min: 1, max: 86_400 }) ?? DEFAULT_DEADLINE_S
  const settings = readSettings(values.config, io.env)
  assertCanSend(settings)
  const before = (await readBufferStatus(settings.bufferDir)).sinks
  await send(settings, deadline * 1000, io)
  const reports = await compare(settings, before)
  const done = reports.every(({ waiting }) => waiting === 0)
  if (values.json) io.writeOut(`${JSON.stringify({ done, sinks: reports }, null, 2)}\n`)
  else io.writeOut(describe(reports, done, deadline, io))
  return done ? EXIT_OK : EXIT_FAILED
}

function assertCanSend({ consent, config }: Settings): void {
  assertMayLeave('orch telemetry flush', { consent })
  if (!consent.enabled)
    throw new Error(
      `orch telemetry flush: telemetry is off (${consent.detail}): nothing is sent. See orch telemetry on --help`,
    )
  if (listDestinations(config.telemetry).length === 0)
    throw new Error(
      'orch telemetry flush: no sink is configured. Add [telemetry.http] or [telemetry.jsonl] to the config file.',
    )
}

async function send({ config, path, bufferDir }: Settings, deadline_ms: number, io: CommandIo): Promise<void> {
  const telemetry = createTelemetry({
    config: config.telemetry,
    config_path: path,
    env: io.env,
    gpu: fixedGpuMonitor(NO_GPU_FACTS),
    warn: (text) => io.writeError(`${createStyle(io, 'error').warn('warning')}: ${text}\n`),
  })
  // The timers of the upload keep no process alive; this one does, until the flush has ended.
  const progress = setInterval(() => void showProgress(bufferDir, io), PROGRESS_MS)
  try {
    await telemetry.flush(deadline_ms)
    await telemetry.close(0)
  } finally {
    clearInterval(progress)
    if (io.terminal.error) io.writeError('\r\u001b[K')
  }
}

async function showProgress(dir: string, io: CommandIo): Promise<void> {
  if (!io.terminal.error) return
  const { sinks } = await readBufferStatus(dir)
  const counts = Object.entries(sinks).map(([name, { waiting }]) => `${name}: ${waiting.toLocaleString('en')} waiting`)
  io.writeError(`\r\u001b[K${counts.join(', ')}`)
}

async function compare({ bufferDir, config }: Settings, before: Record<string, SinkCounts>): Promise<SinkReport[]> {
  const { sinks } = await readBufferStatus(bufferDir)
  return listDestinations(config.telemetry).map(({ name }) => {
    const [was, is] = [before[name], sinks[name]]
    return {
      sink: name,
      sent: (is?.sent ?? 0) - (was?.sent ?? 0),
      waiting: is?.waiting ?? 0,
      dropped: total(is) - total(was),
      locked: existsSync(layout.sinkLock(bufferDir, name)),
    }
  })
}

function total(counts: SinkCounts | undefined): number {
  return Object.values(counts?.dropped ?? {}).reduce((sum, count) => sum + count, 0)
}

function describe(reports: readonly SinkReport[], done: boolean, deadline: number, io: CommandIo): string {
  const style = createStyle(io, 'out')
  const rows = reports.map(({ sink, sent, waiting, dropped }) => [
    sink,
    ...[sent, waiting, dropped].map((count) => count.toLocaleString('en')),
  ])
  const busy = reports.filter(({ locked, waiting }) => locked && waiting > 0).map(({ sink }) => sink)
  const result = done
    ? style.good('Nothing is pending any more.')
    : style.warn(`The deadline of ${deadline} s passed; the rest is sent later.`)
  const lines = [...formatTable(['Sink', 'sent', 'waiting', 'dropped'], rows, [1, 2, 3]), result]
  if (busy.length > 0) lines.push(`Another process is sending to ${busy.join(', ')} at this moment.`)
  return `${lines.join('\n')}\n`
}
