import { resolve } from 'node:path'
import { PATTERNS } from '../../../contracts/index.ts'
import { exportMonth } from '../../collect/export_month.ts'
import { formatTable, plural } from '../format.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from '../io.ts'
import { type OptionSpecs, parseOptions } from '../usage.ts'
import { UsageError } from '../usage_error.ts'
import { DIR_OPTION, readDir } from './folder.ts'

const OPTIONS = {
  ...DIR_OPTION,
  month: { type: 'string', short: 'm', value: 'YYYY-MM', help: 'the month to export' },
  out: {
    type: 'string',
    short: 'o',
    value: 'DIR',
    help: 'the folder of exports of a pipeline: data/exports',
    complete: 'file',
  },
} as const satisfies OptionSpecs

/** `orch collect export`: hands the samples of a month to the pipeline. */
export const exportCommand: Command = {
  name: 'export',
  summary: 'write the samples of a month where the pipeline reads them',
  usage: {
    lines: ['collect export --dir DIR --month YYYY-MM --out DIR'],
    text: 'orch collect export writes OUT/<contributor>/<month>/collected-NNN.jsonl.gz. Every sample is written once, in an order that tells nothing of when it came. A collector may run meanwhile.',
    options: OPTIONS,
    examples: ['orch collect export --dir /var/lib/orch-collect --month 2026-11 --out data/exports'],
    exits: [
      [0, 'written'],
      [1, 'there are no samples of that month, or a file cannot be read or written'],
    ],
  },
  run: runExport,
}

async function runExport(args: readonly string[], io: CommandIo): Promise<number> {
  const command = 'orch collect export'
  const { values } = parseOptions(command, args, OPTIONS)
  const dir = readDir(command, values.dir)
  const { month, out } = values
  if (month === undefined || !new RegExp(PATTERNS.month).test(month))
    throw new UsageError(
      `--month: expected a month as YYYY-MM, found ${month === undefined ? 'none' : `"${month}"`}.\nSee ${command} --help`,
    )
  if (out === undefined)
    throw new UsageError(`${command}: expected --out, the folder to write to.\nSee ${command} --help`)
  const exported = await exportMonth(dir, month, resolve(out))
  if (exported.length === 0) {
    io.writeError(`${command}: no samples of ${month} in ${dir}.\n`)
    return EXIT_FAILED
  }
  const rows = exported.map(({ contributor, files, samples }) => [
    contributor,
    files.toLocaleString('en'),
    samples.toLocaleString('en'),
  ])
  const samples = exported.reduce((sum, each) => sum + each.samples, 0)
  io.writeOut(`${formatTable(['contributor', 'files', 'samples'], rows, [1, 2]).join('\n')}\n`)
  io.writeOut(`Exported ${plural(samples, 'sample')} of ${plural(exported.length, 'contributor')}.\n`)
  return EXIT_OK
}
