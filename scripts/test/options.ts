import { parseArgs } from 'node:util'
import type { Step } from '../steps/step.ts'

/** What the command line of `npm test` asks for. */
export type TestRequest = { kind: 'help' } | { kind: 'run'; steps: Step[] } | { kind: 'wrong'; message: string }

/** Reads `--only unit,lint` and `--help`. A selected step brings the steps that it needs. */
export function parseTestArgs(args: string[], steps: readonly Step[]): TestRequest {
  const parsed = tryParse(args)
  if (typeof parsed === 'string') return { kind: 'wrong', message: parsed }
  if (parsed.help) return { kind: 'help' }
  const wanted = (parsed.only ?? []).flatMap((ids) => ids.split(',')).filter((id) => id !== '')
  const unknown = wanted.filter((id) => !steps.some((step) => step.id === id))
  if (unknown.length > 0) {
    const known = steps.map(({ id }) => id).join(', ')
    return { kind: 'wrong', message: `--only: expected steps of ${known}; found "${unknown.join('", "')}"` }
  }
  return { kind: 'run', steps: wanted.length === 0 ? [...steps] : withNeeds(wanted, steps) }
}

/** The text of `npm test -- --help`. */
export function describeTests(steps: readonly Step[]): string {
  const width = Math.max(...steps.map(({ id }) => id.length))
  return [
    'npm test [-- --only STEP,…]',
    '',
    'Runs every check in this order, the last two beside each other; a step that fails does not keep the others from running.',
    'The last line is "N passed, N failed" (and ", N skipped"), where a step that is no test runner counts as one.',
    'A step chosen with --only brings the steps that it needs. CHROMIUM_PATH names the browser to use.',
    'A step that prints nothing for ten minutes hangs, and is ended; there is no other limit of time. What a step leaves running is ended, too.',
    'The summary gives the time and the CPU time (user and system) of each step.',
    '',
    ...steps.map(
      ({ id, title, needs }) => `  ${id.padEnd(width)}  ${title}${needs ? ` (needs ${needs.join(', ')})` : ''}`,
    ),
  ].join('\n')
}

function tryParse(args: string[]): { help?: boolean; only?: string[] } | string {
  try {
    const options = { help: { type: 'boolean', short: 'h' }, only: { type: 'string', multiple: true } } as const
    return parseArgs({ args, options }).values
  } catch (error) {
    return `${(error as Error).message}; npm test -- --help lists the options`
  }
}

function withNeeds(wanted: string[], steps: readonly Step[]): Step[] {
  const ids = new Set<string>()
  const add = (id: string) => {
    ids.add(id)
    for (const need of steps.find((step) => step.id === id)?.needs ?? []) add(need)
  }
  for (const id of wanted) add(id)
  return steps.filter((step) => ids.has(step.id))
}
