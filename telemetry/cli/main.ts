import { readFileSync } from 'node:fs'
import { formatHelp } from './help.ts'
import { importCommand } from './import_command.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from './io.ts'
import { suggest, UsageError } from './usage_error.ts'

const COMMANDS: readonly Command[] = [importCommand]

/** Runs `orch` with the arguments after the program's name; returns the exit code and never throws. */
export function runOrch(args: readonly string[], io: CommandIo): number {
  try {
    return dispatch(args, io)
  } catch (error) {
    io.writeError(`${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED
  }
}

/** Runs `orch` in this process: its arguments, environment and streams. */
export function runProcess(): void {
  // A reader that has seen enough (`orch import … | head`) closes the pipe; that is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  process.exitCode = runOrch(process.argv.slice(2), {
    env: process.env,
    writeOut: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    readFile: (path) => readFileSync(path === '-' ? 0 : path),
  })
}

function dispatch([name, ...rest]: readonly string[], io: CommandIo): number {
  if (name === undefined || name === '--help' || name === '-h') {
    io.writeOut(formatHelp(COMMANDS))
    return name === undefined ? EXIT_USAGE : EXIT_OK
  }
  if (name === '--version') {
    io.writeOut(`${readVersion()}\n`)
    return EXIT_OK
  }
  return findCommand(name).run(rest, io)
}

function findCommand(name: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name)
  if (command) return command
  const names = COMMANDS.map((candidate) => candidate.name)
  throw new UsageError(`orch: unknown command "${name}". ${suggest(name, names)}\nSee orch --help`)
}

function readVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
