import { formatHelp, formatUsage } from './help.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from './io.ts'
import { createProcessIo } from './process_io.ts'
import { serveCommand } from './serve_command.ts'
import { suggest, UsageError } from './usage_error.ts'
import { readVersion } from './version.ts'

/** Exit codes above it are those of a signal. */
const EXIT_BY_SIGNAL = 128

/** Runs `orch` with the arguments after the program's name; resolves to the exit code and never rejects. */
export async function runOrch(args: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await dispatch(args, io)
  } catch (error) {
    io.writeError(`${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED
  }
}

/** Runs `orch` in this process: its arguments, environment and streams. */
export async function runProcess(): Promise<void> {
  // A reader may close the pipe early (`orch import … | head`); that is not a failure and does not end a gateway.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  process.exitCode = await runOrch(process.argv.slice(2), createProcessIo())
  // Ended by a second signal: does not wait for what is still running.
  if (process.exitCode > EXIT_BY_SIGNAL) process.exit()
}

async function dispatch([name, ...rest]: readonly string[], io: CommandIo): Promise<number> {
  // A gateway lives long, and would keep the code of all the others in memory.
  if (name === serveCommand.name) return runCommand('orch', serveCommand, rest, io)
  const { COMMANDS } = await import('./commands.ts')
  if (name === undefined || name === '--help' || name === '-h') {
    io.writeOut(formatHelp(COMMANDS))
    return name === undefined ? EXIT_USAGE : EXIT_OK
  }
  if (name === '--version') {
    io.writeOut(`${readVersion()}\n`)
    return EXIT_OK
  }
  return runCommand('orch', findCommand('orch', name, COMMANDS), rest, io)
}

/** Runs a command or the subcommand that its arguments name; `--help` of either is answered here. */
async function runCommand(parent: string, command: Command, args: readonly string[], io: CommandIo): Promise<number> {
  const path = `${parent} ${command.name}`
  const { subcommands = [], usage } = command
  const [name, ...rest] = args
  if (subcommands.length > 0 && name !== undefined && !name.startsWith('-'))
    return runCommand(path, findCommand(path, name, subcommands), rest, io)
  const incomplete = subcommands.length > 0 && name === undefined
  if (usage && (incomplete || asksForHelp(args))) {
    io.writeOut(formatUsage(usage, subcommands))
    return incomplete ? EXIT_USAGE : EXIT_OK
  }
  return command.run(args, io)
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end === -1 ? undefined : end).some((arg) => arg === '--help' || arg === '-h')
}

function findCommand(path: string, name: string, commands: readonly Command[]): Command {
  const command = commands.find((candidate) => candidate.name === name)
  if (command) return command
  const names = commands.map((candidate) => candidate.name)
  throw new UsageError(`${path}: unknown command "${name}". ${suggest(name, names)}\nSee ${path} --help`)
}
