import { gzipSync } from 'node:zlib'
import { FILE_BYTES, judgeLine, type Problem, type TelemetryEvent } from '../../../contracts/index.ts'
import { anonymizeEvent, shuffleByJobId } from '../../anonymise/anonymize_event.ts'
import { loadLocalKey } from '../../anonymise/local_key.ts'
import { readBuffer } from '../../buffer/read_buffer.ts'
import { NamePolicy } from '../../publish/name_policy.ts'
import { WithheldNames } from '../../publish/withheld_names.ts'
import { formatBytes, plural } from '../format.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from '../io.ts'
import { assertWritable, writeAtomically } from '../output_file.ts'
import { createStyle } from '../style.ts'
import { type OptionSpecs, parseOptions } from '../usage.ts'
import { UsageError } from '../usage_error.ts'
import { describeSkipped, type Skipped, selectSamples } from './read_samples.ts'
import { assertMayLeave, CONFIG_OPTION, optInOf, readSettings } from './settings.ts'

const OPTIONS = {
  ...CONFIG_OPTION,
  out: {
    type: 'string',
    value: 'FILE',
    help: 'where to write: NAME.jsonl, or NAME.jsonl.gz to compress',
    complete: 'file',
  },
  force: { type: 'boolean', help: 'overwrite FILE' },
  release: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'a model that the catalogue does not know; may be given again; * matches any characters',
  },
} as const satisfies OptionSpecs

/** `orch telemetry export --out FILE`: the samples of this host, ready for a pull request. */
export const exportCommand: Command = {
  name: 'export',
  summary: 'write the samples to a file that can be published',
  usage: {
    lines: ['telemetry export --out FILE [options]'],
    text: 'orch telemetry export writes the samples since the opt-in, anonymised, in random order, under the names that the catalogue knows, every line checked against the contract: the file that a pull request needs. It is written whole or not at all, and nothing is sent.',
    options: OPTIONS,
    examples: [
      'orch telemetry export --out samples.jsonl.gz',
      'orch telemetry export --out samples.jsonl --release "acme-*"',
    ],
    exits: [
      [0, 'written'],
      [1, 'there was nothing to write, or a sample broke the contract (it is named and left out)'],
    ],
  },
  run: runExport,
}

/** A sample in the form for publication, as text, with its problems. */
interface Line {
  job_id: string
  text: string
  problems: Problem[]
}

async function runExport(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions('orch telemetry export', args, OPTIONS)
  const out = checkOut(values.out, values.force ?? false)
  const settings = readSettings(values.config, io.env)
  assertMayLeave('orch telemetry export', settings)
  const since = optInOf(settings)
  const skipped: Skipped = { before_opt_in: 0, unreadable: 0 }
  const released = [...settings.config.telemetry.publish_models, ...(values.release ?? [])]
  const names = new NamePolicy({ released })
  const withheld = new WithheldNames()
  const lines = await collectLines(selectSamples(readBuffer(settings.bufferDir), since, skipped), {
    names,
    withheld,
    io,
  })
  const good = lines.filter(({ problems }) => problems.length === 0)
  reportLeftOut(lines, describeSkipped(skipped, since), io)
  for (const line of withheld.format()) io.writeError(`${line}\n`)
  if (good.length === 0) {
    io.writeError(`orch telemetry export: nothing to write: ${settings.bufferDir} holds no sample that may leave.\n`)
    return EXIT_FAILED
  }
  const bytes = writeLines(out, good)
  io.writeOut(describeExport(out, good.length, bytes, io))
  return good.length === lines.length ? EXIT_OK : EXIT_FAILED
}

function checkOut(out: string | undefined, force: boolean): string {
  if (out === undefined) throw new UsageError('--out FILE is required.\nSee orch telemetry export --help')
  if (!/\.jsonl(\.gz)?$/.test(out))
    throw new UsageError(`--out: expected a name that ends in .jsonl or .jsonl.gz, found "${out}".`)
  assertWritable(out, force)
  return out
}

/** Anonymises and validates the samples; duplicates are kept once. The local key is created only if there is a sample. */
async function collectLines(
  samples: AsyncIterable<TelemetryEvent>,
  { names, withheld, io }: { names: NamePolicy; withheld: WithheldNames; io: CommandIo },
): Promise<Line[]> {
  const lines = new Map<string, Line>()
  let key: Buffer | undefined
  for await (const event of samples) {
    key ??= loadLocalKey(io.env)
    const sample = names.apply(anonymizeEvent(event, key))
    if (lines.has(sample.job_id)) continue
    withheld.note(event, sample)
    const text = JSON.stringify(sample)
    const judgement = judgeLine('anonymized_export', text)
    const problems = judgement.verdict === 'rejected' ? judgement.problems : []
    lines.set(sample.job_id, { job_id: sample.job_id, text, problems })
  }
  return shuffleByJobId([...lines.values()])
}

function writeLines(out: string, lines: readonly Line[]): number {
  const text = Buffer.from(lines.map((line) => `${line.text}\n`).join(''))
  const bytes = out.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text
  if (bytes.length > FILE_BYTES)
    throw new Error(
      `--out: expected at most ${FILE_BYTES.toLocaleString('en')} bytes, which is what the repository of exports accepts; ` +
        `found ${bytes.length.toLocaleString('en')}. ${out.endsWith('.gz') ? 'Export more often, and run orch telemetry clear in between.' : `Pass --out ${out}.gz`}`,
    )
  writeAtomically(out, bytes)
  return bytes.length
}

function reportLeftOut(lines: readonly Line[], skipped: readonly string[], io: CommandIo): void {
  const style = createStyle(io, 'error')
  if (skipped.length > 0) io.writeError(`${style.faint(`left out: ${skipped.join(', ')}`)}\n`)
  for (const { job_id, problems } of lines)
    for (const { path, expected, found, fix } of problems)
      io.writeError(
        `${style.warn('left out')}: ${job_id}: ${path}: expected ${expected}, found ${found}. Fix: ${fix}.\n`,
      )
}

function describeExport(out: string, count: number, bytes: number, io: CommandIo): string {
  const style = createStyle(io, 'out')
  const month = io.now().toISOString().slice(0, 7)
  return `${style.good(`Wrote ${plural(count, 'sample')} to ${out}`)} (${formatBytes(bytes)}).
Every line is anonymised and was checked against the contract.

To publish them
  1. Look at the file: it is one JSON object a line, and all that will be seen.
     orch validate ${out}
  2. Fork the repository and put the file under
     data/exports/<your account>/${month}/
  3. Open a pull request. The checks name every line that does not fit.
`
}
