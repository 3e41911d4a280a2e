import { type Command, EXIT_USAGE } from './io.ts'
import { offCommand, onCommand } from './telemetry/switch_commands.ts'
import { parseOptions } from './usage.ts'

const SUBCOMMANDS: readonly Command[] = [onCommand, offCommand]

/** `orch telemetry …`: whether samples are recorded, and what becomes of them. */
export const telemetryCommand: Command = {
  name: 'telemetry',
  summary: 'turn telemetry on or off, look at the samples, export, send, delete them',
  subcommands: SUBCOMMANDS,
  usage: {
    lines: ['telemetry <command> [options]'],
    text: 'Telemetry is off until you turn it on. The first of these that says something decides: DO_NOT_TRACK, ORCH_TELEMETRY_ENABLED, telemetry.enabled in the config file, orch telemetry on or off.',
    options: {},
    exits: [[0, 'done; each command says what else']],
  },
  run: (args) => {
    parseOptions('orch telemetry', args, {})
    return EXIT_USAGE
  },
}
