import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** The arguments of a converter. */
export interface CurateArgs {
  /** Folder with the raw files, absolute. */
  raw: string
  /** Data folder that is written to, absolute. */
  out: string
}

/**
 * Parses `<raw-folder> [--out data]`. Prints `help` and exits 0 on `--help`; exits 2 with the reason and `help` on stderr if the
 * folder is missing or an option is unknown.
 */
export function parseCurateArgs(argv: readonly string[], help: string): CurateArgs {
  const { values, positionals } = parseOrExit(argv, help)
  if (values.help) {
    process.stdout.write(`${help.trim()}\n`)
    process.exit(0)
  }
  const raw = positionals[0]
  if (raw === undefined || positionals.length > 1) fail(`expected one raw folder, found ${positionals.length}`, help)
  return { raw: resolve(raw), out: resolve(values.out) }
}

function parseOrExit(argv: readonly string[], help: string) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { out: { type: 'string', default: 'data' }, help: { type: 'boolean', default: false } },
    })
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error), help)
  }
}

function fail(message: string, help: string): never {
  process.stderr.write(`${message}\n\n${help.trim()}\n`)
  process.exit(2)
}
