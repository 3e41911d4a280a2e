import type { CommandIo } from './io.ts'
import { UsageError } from './usage_error.ts'

/**
 * Whether the operator agrees: asks on a terminal, unless --yes was passed.
 *
 * @throws UsageError without --yes if there is no terminal
 */
export async function confirm(
  name: string,
  question: string,
  yes: boolean | undefined,
  io: CommandIo,
): Promise<boolean> {
  if (yes) return true
  if (!io.terminal.in)
    throw new UsageError(`${name}: expected a terminal to ask on, found none. Pass --yes to agree without being asked.`)
  const answer = await io.ask(`${question} [y/N] `)
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}
