import { writeStoredConsent } from '../../config/stored_consent.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from '../io.ts'
import { createStyle } from '../style.ts'
import { type OptionSpecs, parseOptions } from '../usage.ts'
import { UsageError } from '../usage_error.ts'
import { CONFIG_OPTION, readSettings, type Settings } from './settings.ts'
import { formatStatement } from './statement.ts'

const ON_OPTIONS = {
  ...CONFIG_OPTION,
  yes: { type: 'boolean', short: 'y', help: 'agree without being asked' },
} as const satisfies OptionSpecs

/** `orch telemetry on`: states what will be recorded and sent, asks for consent, stores it with its date. */
export const onCommand: Command = {
  name: 'on',
  summary: 'show what will be recorded and sent, ask, and turn telemetry on',
  usage: {
    lines: ['telemetry on [options]'],
    text: 'orch telemetry on prints every field that will be recorded, an example, and where samples go; asks whether to record and send them, or to record them for yourself alone (orch telemetry local); and stores the date. Nothing recorded before that date is ever sent.',
    options: ON_OPTIONS,
    exits: [
      [0, 'telemetry is on'],
      [1, 'you did not agree, or another setting keeps it off'],
    ],
  },
  run: turnOn,
}

/** `orch telemetry local`: stores that samples are recorded for the operator alone. */
export const localCommand: Command = {
  name: 'local',
  summary: 'record samples for yourself alone: nothing is sent or exported',
  usage: {
    lines: ['telemetry local [options]'],
    text: 'orch telemetry local stores that samples are recorded for your own use: orch telemetry report, compare and show read them. They lie in a folder of their own, which no sink and no export reads, also after orch telemetry on.',
    options: CONFIG_OPTION,
    exits: [
      [0, 'telemetry is local'],
      [1, 'another setting decides'],
    ],
  },
  run: turnLocal,
}

/** `orch telemetry off`: stores that nothing is to be recorded. */
export const offCommand: Command = {
  name: 'off',
  summary: 'turn telemetry off',
  usage: {
    lines: ['telemetry off [options]'],
    text: 'orch telemetry off stores that nothing is to be recorded or sent. What is in the buffer stays there; orch telemetry clear deletes it.',
    options: CONFIG_OPTION,
    exits: [
      [0, 'telemetry is off'],
      [1, 'another setting keeps it on'],
    ],
  },
  run: turnOff,
}

async function turnOn(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions('orch telemetry on', args, ON_OPTIONS)
  const before = readSettings(values.config, io.env)
  io.writeOut(`${formatStatement(before, io.env, createStyle(io, 'out'), io.terminal.columns)}\n`)
  const choice = values.yes ? 'on' : await askChoice(io)
  if (choice === 'neither') {
    io.writeError(`Telemetry stays ${before.consent.enabled ? 'as it was' : 'off'}.\n`)
    return EXIT_FAILED
  }
  if (choice === 'local') return storeLocal(before, values.config, io)
  const { decision } = before.stored
  const since = decision?.enabled && !decision.local ? decision.since : io.now().toISOString()
  const path = writeStoredConsent(io.env, { enabled: true, since })
  io.writeOut(`Stored in ${path}: on, since ${since}.\n`)
  return reportEffect('on', readSettings(values.config, io.env), io)
}

/** What the operator chooses; throws UsageError if there is no terminal to ask on. */
async function askChoice(io: CommandIo): Promise<'on' | 'local' | 'neither'> {
  if (!io.terminal.in)
    throw new UsageError(
      'orch telemetry on: expected a terminal to ask on, found none. Pass --yes to agree without being asked, or run orch telemetry local.',
    )
  const answer = await io.ask(
    'Turn telemetry on? y: as stated above; l: local, for yourself alone, nothing is sent [y/l/N] ',
  )
  const word = answer?.trim() ?? ''
  if (/^l(ocal)?$/i.test(word)) return 'local'
  return /^y(es)?$/i.test(word) ? 'on' : 'neither'
}

function turnLocal(args: readonly string[], io: CommandIo): number {
  const { values } = parseOptions('orch telemetry local', args, CONFIG_OPTION)
  return storeLocal(readSettings(values.config, io.env), values.config, io)
}

function storeLocal({ stored: { decision } }: Settings, configFile: string | undefined, io: CommandIo): number {
  const since = decision?.local ? decision.since : io.now().toISOString()
  const path = writeStoredConsent(io.env, { enabled: true, local: true, since })
  io.writeOut(`Stored in ${path}: local, since ${since}.\n`)
  const after = readSettings(configFile, io.env)
  io.writeOut(`Samples in ${after.bufferDirs[1]} are for you alone: orch telemetry report sums them up.\n`)
  return reportEffect('local', after, io)
}

function turnOff(args: readonly string[], io: CommandIo): number {
  const { values } = parseOptions('orch telemetry off', args, CONFIG_OPTION)
  const path = writeStoredConsent(io.env, { enabled: false, since: io.now().toISOString() })
  io.writeOut(`Stored in ${path}: off.\n`)
  const after = readSettings(values.config, io.env)
  io.writeOut(`Samples in ${after.bufferDir} stay there, unsent. Delete them with: orch telemetry clear\n`)
  return reportEffect('off', after, io)
}

/** Reports whether the stored decision is in force, or is overridden by another setting. */
function reportEffect(wanted: 'on' | 'local' | 'off', { consent }: Settings, io: CommandIo): number {
  const style = createStyle(io, 'error')
  const effective = consent.local ? 'local' : consent.enabled ? 'on' : 'off'
  if (effective !== wanted) {
    io.writeError(
      `${style.warn('warning')}: telemetry is ${effective} all the same: ${consent.detail} overrides the stored decision. Change it there.\n`,
    )
    return EXIT_FAILED
  }
  if (!consent.source.startsWith('orch telemetry'))
    io.writeError(`note: ${consent.detail} has the same effect, and overrides the stored decision.\n`)
  io.writeOut(
    `Telemetry is ${createStyle(io, 'out').strong(effective)}. Running gateways that read this decision follow it.\n`,
  )
  return EXIT_OK
}
