/** A failure that its message explains in full: where, what was expected, what was found, how to mend it. Shown without a stack. */
export class ExplainedError extends Error {}

/** A command line that cannot be understood. */
export class UsageError extends ExplainedError {}

/** A command: given its arguments, it does its work and returns the exit code. */
export type Main = (argv: string[]) => Promise<number>

/** Runs a command with the arguments of this process, and sets the exit code. */
export async function runMain(main: Main): Promise<void> {
  process.exitCode = await runCommand(main, process.argv.slice(2))
}

/** Runs a command, explains a failure on standard error, and returns the exit code: what `main` returns, 2 for wrong usage, 1 for any other failure. */
export async function runCommand(main: Main, argv: string[]): Promise<number> {
  try {
    return await main(argv)
  } catch (error) {
    const usage = error instanceof UsageError || isArgumentError(error)
    console.error(usage || error instanceof ExplainedError ? (error as Error).message : error)
    return usage ? 2 : 1
  }
}

/** Writes a text to standard output; returns the exit code. */
export function print(text: string): number {
  process.stdout.write(text)
  return 0
}

/** What parseArgs throws. */
function isArgumentError(error: unknown): boolean {
  return error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
}
