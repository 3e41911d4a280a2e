import { writeStoredConsent } from '../../config/stored_consent.ts'
import { confirm } from '../confirm.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from '../io.ts'
import { createStyle } from '../style.ts'
import { type OptionSpecs, parseOptions } from '../usage.ts'
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
    text: 'orch telemetry on prints every field that will be recorded, an example, and where samples go; asks; and stores the date. Nothing recorded before that date is ever sent.',
    options: ON_OPTIONS,
    exits: [
      [0, 'telemetry is on'],
      [1, 'you did not agree, or another setting keeps it off'],
    ],
  },
  run: turnOn,
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
  if (!(await confirm('orch telemetry on', 'Turn telemetry on?', values.yes, io))) {
    io.writeError(`Telemetry stays ${before.consent.enabled ? 'as it was' : 'off'}.\n`)
    return EXIT_FAILED
  }
  const { decision } = before.stored
  const since = decision?.enabled ? decision.since : io.now().toISOString()
  const path = writeStoredConsent(io.env, { enabled: true, since })
  io.writeOut(`Stored in ${path}: on, since ${since}.\n`)
  return reportEffect(true, readSettings(values.config, io.env), io)
}

function turnOff(args: readonly string[], io: CommandIo): number {
  const { values } = parseOptions('orch telemetry off', args, CONFIG_OPTION)
  const path = writeStoredConsent(io.env, { enabled: false, since: io.now().toISOString() })
  io.writeOut(`Stored in ${path}: off.\n`)
  const after = readSettings(values.config, io.env)
  io.writeOut(`Samples in ${after.bufferDir} stay there, unsent. Delete them with: orch telemetry clear\n`)
  return reportEffect(false, after, io)
}

/** Reports whether the stored decision is in force, or is overridden by another setting. */
function reportEffect(wanted: boolean, { consent }: Settings, io: CommandIo): number {
  const style = createStyle(io, 'error')
  const effective = consent.enabled ? 'on' : 'off'
  if (consent.enabled !== wanted) {
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
