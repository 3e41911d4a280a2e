import { type Command, EXIT_USAGE } from './io.ts'
import { clearCommand } from './telemetry/clear_command.ts'
import { compareCommand } from './telemetry/compare_command.ts'
import { exportCommand } from './telemetry/export_command.ts'
import { flushCommand } from './telemetry/flush_command.ts'
import { reportCommand } from './telemetry/report_command.ts'
import { showCommand } from './telemetry/show_command.ts'
import { statusCommand } from './telemetry/status_command.ts'
import { localCommand, offCommand, onCommand } from './telemetry/switch_commands.ts'
import { parseOptions } from './usage.ts'

const SUBCOMMANDS: readonly Command[] = [
  statusCommand,
  onCommand,
  localCommand,
  offCommand,
  reportCommand,
  compareCommand,
  showCommand,
  exportCommand,
  flushCommand,
  clearCommand,
]

/** `orch telemetry …`: consent, and the samples in the buffer. */
export const telemetryCommand: Command = {
  name: 'telemetry',
  summary: 'turn telemetry on, local or off; report, show, export, send or delete samples',
  subcommands: SUBCOMMANDS,
  usage: {
    lines: ['telemetry <command> [options]'],
    text: 'Telemetry is off until you turn it on. The first of these that is set decides: DO_NOT_TRACK, ORCH_TELEMETRY_ENABLED, telemetry.enabled in the config file, orch telemetry on, local or off.',
    options: {},
    exits: [[0, 'done; see the help of each command']],
  },
  run: (args) => {
    parseOptions('orch telemetry', args, {})
    return EXIT_USAGE
  },
}
