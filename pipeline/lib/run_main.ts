/** A failure that its message explains in full: where, what was expected, what was found, how to mend it. Shown without a stack. */
export class ExplainedError extends Error {}

/** A command line that cannot be understood. */
export class UsageError extends ExplainedError {}

/** Runs a command and sets the exit code: what `main` returns, 2 for wrong usage, 1 for any other failure. */
export async function runMain(main: (argv: string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2))
  } catch (error) {
    const usage = error instanceof UsageError || isArgumentError(error)
    console.error(usage || error instanceof ExplainedError ? (error as Error).message : error)
    process.exitCode = usage ? 2 : 1
  }
}

/** What parseArgs throws. */
function isArgumentError(error: unknown): boolean {
  return error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
}
