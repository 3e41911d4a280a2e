import type { CommandIo } from './io.ts'
import { UsageError } from './usage_error.ts'

/**
 * Whether the operator agrees: asked on a terminal, or said beforehand with --yes.
 *
 * @throws UsageError if there is nobody to ask
 */
export async function confirm(
  name: string,
  question: string,
  yes: boolean | undefined,
  io: CommandIo,
): Promise<boolean> {
  if (yes) return true
  if (!io.terminal.in)
    throw new UsageError(
      `${name}: expected a terminal to ask on, found none. Pass --yes to say so without being asked.`,
    )
  const answer = await io.ask(`${question} [y/N] `)
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}
