import { benchCommand } from './bench_command.ts'
import { collectCommand } from './collect_command.ts'
import { completionsCommand } from './completions_command.ts'
import { expectCommand } from './expect_command.ts'
import { importCommand } from './import_command.ts'
import type { Command } from './io.ts'
import { serveCommand } from './serve_command.ts'
import { shareCommand } from './share_command.ts'
import { telemetryCommand } from './telemetry_command.ts'
import { uiCommand } from './ui_command.ts'
import { validateCommand } from './validate_command.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  serveCommand,
  telemetryCommand,
  benchCommand,
  expectCommand,
  uiCommand,
  importCommand,
  validateCommand,
  shareCommand,
  collectCommand,
  completionsCommand(() => COMMANDS),
]
