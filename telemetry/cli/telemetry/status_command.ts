import { existsSync } from 'node:fs'
import { localKeyPath } from '../../anonymise/local_key.ts'
import { readBufferStatus } from '../../buffer/status.ts'
import type { BufferStatus, DropCounts } from '../../buffer/types.ts'
import type { Consent } from '../../config/consent_types.ts'
import { formatBytes, formatPairs, formatTable, plural } from '../format.ts'
import { type Command, type CommandIo, EXIT_OK } from '../io.ts'
import { createStyle, type Style } from '../style.ts'
import { type OptionSpecs, parseOptions } from '../usage.ts'
import { listDestinations } from './destinations.ts'
import { CONFIG_OPTION, optInOf, readSettings, type Settings } from './settings.ts'
import { describeTenants } from './tenants.ts'

const OPTIONS = {
  ...CONFIG_OPTION,
  json: { type: 'boolean', help: 'one JSON object' },
} as const satisfies OptionSpecs

/** `orch telemetry status`: whether samples are recorded and why, where they are stored, how many were sent and dropped. */
export const statusCommand: Command = {
  name: 'status',
  summary: 'show whether telemetry is on and why, where samples are, and how many were sent',
  usage: {
    lines: ['telemetry status [options]'],
    text: 'orch telemetry status shows whether samples are recorded and which setting decided, the files involved, and how many samples were sent, are pending, and were dropped for which reason. It changes nothing.',
    options: OPTIONS,
    exits: [[0, 'shown, whether telemetry is on or off']],
  },
  run: showStatus,
}

async function showStatus(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions('orch telemetry status', args, OPTIONS)
  const settings = readSettings(values.config, io.env)
  const buffer = await readBufferStatus(settings.bufferDir)
  if (values.json) io.writeOut(`${JSON.stringify(toJson(settings, buffer, io), null, 2)}\n`)
  else io.writeOut(formatStatus(settings, buffer, io))
  const { problem } = settings.consent
  if (problem) io.writeError(`${createStyle(io, 'error').warn('warning')}: ${problem}\n`)
  return EXIT_OK
}

function toJson(settings: Settings, buffer: BufferStatus, { env }: CommandIo) {
  const { consent, config, path, stored } = settings
  const key = localKeyPath(env)
  return {
    enabled: consent.enabled,
    local: consent.local ?? false,
    decided_by: consent.source,
    detail: consent.detail,
    opted_in: optInOf(settings),
    problem: consent.problem,
    paths: { config: path, decision: stored.path, buffer: buffer.dir, key },
    key_exists: existsSync(key),
    tenants: describeTenants(config.telemetry, env),
    destinations: consent.local ? [] : listDestinations(config.telemetry),
    buffer,
  }
}

function formatStatus(settings: Settings, buffer: BufferStatus, io: CommandIo): string {
  const { consent, config, path } = settings
  const style = createStyle(io, 'out')
  const key = localKeyPath(io.env)
  const since = consent.since === null || !consent.enabled ? '' : `, since ${consent.since}`
  const facts = [
    ['Telemetry', `${describeConsent(consent, style)}${since}`],
    ['Decided by', consent.source === 'default' ? 'no setting: off by default' : consent.source],
    ...(consent.source === 'default' ? [] : [['', consent.detail] as const]),
    ['Config', path ?? 'no file: defaults and environment'],
    ['Buffer', buffer.dir],
    ['', describeBuffer(buffer)],
    ['Key', `${key}${existsSync(key) ? '' : ' (created when first needed)'}`],
    ['Tenants', describeTenants(config.telemetry, io.env)],
  ] as const
  return `${[...formatPairs(facts, 3), '', ...formatSinks(settings, buffer), ...formatDropped(buffer.dropped)].join('\n')}\n`
}

function describeConsent({ enabled, local }: Consent, style: Style): string {
  if (local) return style.good('local: recorded for you alone')
  return enabled ? style.good('on') : style.strong('off')
}

function describeBuffer({ exists, segments, bytes, oldest, newest }: BufferStatus): string {
  if (!exists) return 'does not exist: nothing was recorded'
  const span = oldest && newest ? `, ${toMinute(oldest)} to ${toMinute(newest)}` : ''
  return `${plural(segments, 'segment')}, ${formatBytes(bytes)}${span}`
}

function toMinute(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')}Z`
}

/** A row for each sink that is configured or that has a state in the buffer. */
function formatSinks({ config, consent }: Settings, { sinks }: BufferStatus): string[] {
  if (consent.local) return ['No sample leaves this host. orch telemetry report sums them up for you.']
  const configured = listDestinations(config.telemetry)
  const names = [...new Set([...configured.map(({ name }) => name as string), ...Object.keys(sinks)])]
  if (names.length === 0) return ['No sink is configured: samples stay in the buffer until you export them.']
  const rows = names.map((name) => {
    const counts = sinks[name]
    // Nothing was ever sent to this sink: everything in the buffer is pending.
    if (!counts) return [name, '0', 'all', '0', 'never']
    const { sent, waiting, dropped, last_upload } = counts
    const known = configured.some((destination) => destination.name === name)
    const figures = [sent, waiting, total(dropped)].map((count) => count.toLocaleString('en'))
    return [known ? name : `${name} (not configured)`, ...figures, last_upload ?? 'never']
  })
  return [
    ...formatTable(['Sink', 'sent', 'waiting', 'dropped', 'last upload'], rows, [1, 2, 3]),
    ...names.flatMap((name) => formatDropped(sinks[name]?.dropped ?? {}, name)),
  ]
}

function formatDropped(dropped: DropCounts, sink?: string): string[] {
  const reasons = Object.entries(dropped).filter(([, count]) => count > 0)
  if (reasons.length === 0) return []
  const counts = reasons.map(([reason, count]) => `${reason} ${count.toLocaleString('en')}`)
  return [`Dropped ${sink ? `for ${sink}` : 'before any sink'}: ${counts.join(', ')}`]
}

function total(dropped: DropCounts): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, 0)
}
