import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FILE_BYTES, formatProblem, RESULT_BYTES } from '../../contracts/index.ts'
import { loadNames } from './catalogue.ts'
import { confirm } from './confirm.ts'
import { plural, showFile } from './format.ts'
import { importCommand } from './import_command.ts'
import { readUnpacked } from './import_input.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from './io.ts'
import { assertWritable, writeAtomically } from './output_file.ts'
import { checkLines, type LinesChecked } from './share/describe_lines.ts'
import { formatCommands, openPullRequest, readAccount } from './share/pull_request.ts'
import { exportCommand } from './telemetry/export_command.ts'
import { type OptionSpecs, parseOptions } from './usage.ts'
import { UsageError } from './usage_error.ts'

/** What a benchmark's output may not say; as for orch import. */
const FACTS = {
  model: { type: 'string', value: 'NAME', help: 'the model, as hf:org/repo or by its name' },
  gpu: { type: 'string', value: 'NAME', help: 'the GPU, as its driver names it' },
  'gpu-count': { type: 'string', value: 'N', help: 'how many GPUs served a request' },
  engine: { type: 'string', value: 'NAME', help: 'the engine that served it' },
  'engine-version': { type: 'string', value: 'V', help: 'its version' },
  quantization: { type: 'string', value: 'Q', help: 'the precision of the weights' },
  date: { type: 'string', value: 'YYYY-MM-DD', help: 'the day of the run' },
} as const satisfies OptionSpecs

const OPTIONS = {
  buffer: { type: 'boolean', help: 'share what the gateway recorded, as orch telemetry export writes it' },
  release: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'with --buffer: a model that the catalogue does not know; may be given again; * matches any characters',
  },
  out: {
    type: 'string',
    value: 'FILE',
    help: 'where to write (default: samples-<YYYY-MM>-<digest of its lines>.jsonl)',
    complete: 'file',
  },
  force: { type: 'boolean', help: 'overwrite FILE' },
  repository: { type: 'string', value: 'OWNER/NAME', help: 'the repository on GitHub that takes contributions' },
  account: { type: 'string', value: 'NAME', help: 'your account on GitHub; --open-pr asks gh for it' },
  'open-pr': { type: 'boolean', help: 'run the commands with git and gh, which must be installed and logged in' },
  yes: { type: 'boolean', help: 'agree without being asked' },
  ...FACTS,
} as const satisfies OptionSpecs

/** `orch share FILE…|--buffer`: from results to the pull request. */
export const shareCommand: Command = {
  name: 'share',
  summary: 'make a file for a pull request, and show the way there or go it',
  usage: {
    lines: ['share FILE… [options]', 'share --buffer [options]'],
    text: 'orch share turns the output of benchmarks (as orch import does, and as much of it; files of samples, .jsonl, are taken as they are; .gz and .zst are unpacked) or the recorded samples into one file, checks it as a pull request is checked (contract, names, physics), shows what would become public, and writes it once you agree. Then it prints the commands of git and gh that open a pull request. Nothing leaves this host without --open-pr.',
    options: OPTIONS,
    operands: 'file',
    examples: ['orch share results.json', 'orch share --buffer --repository acme/matrix --open-pr'],
    exits: [
      [0, 'written, and sent if that was asked for'],
      [1, 'nothing was written, a line would not be accepted, or a command failed'],
    ],
  },
  run: runShare,
}

type Values = ReturnType<typeof parseShare>['values']

function parseShare(args: readonly string[]) {
  return parseOptions('orch share', args, OPTIONS, Number.POSITIVE_INFINITY)
}

async function runShare(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseShare(args)
  if ((positionals.length === 0) !== (values.buffer ?? false))
    throw new UsageError('orch share: name files, or pass --buffer.\nSee orch share --help')
  if (values.release !== undefined && !values.buffer)
    throw new UsageError('--release: expected with --buffer only: names in files become public as they stand there.')
  if (values.repository !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(values.repository))
    throw new UsageError(`--repository: expected OWNER/NAME, found "${values.repository}".`)
  if (values['open-pr'] && values.repository === undefined)
    throw new UsageError('--open-pr: expected --repository OWNER/NAME with it, found none.')
  const month = io.now().toISOString().slice(0, 7)
  if (values.out !== undefined) assertWritable(values.out, values.force ?? false)
  const text = await collectLines(positionals, values, { ...io, readFile: readOnce(io) })
  if (text === null) return EXIT_FAILED
  const name = nameOf(text, month)
  const out = values.out ?? `${name}.jsonl`
  const checked = checkLines(text, loadNames(), month)
  io.writeOut(`${describe(checked, out)}\n`)
  if (Buffer.byteLength(text) > FILE_BYTES)
    throw new Error(
      `orch share: expected at most ${FILE_BYTES.toLocaleString('en')} bytes, found more. Share fewer files at once.`,
    )
  if (checked.problems.length > 0) return EXIT_FAILED
  if (!(await confirm('orch share', `Write ${plural(checked.lines, 'line')} to ${showFile(out)}?`, values.yes, io)))
    return EXIT_FAILED
  writeAtomically(out, text)
  return finish({ file: out, name, month }, values, io)
}

/** What a contribution is called: the same for the same lines in any order, so that sharing again neither adds nor replaces a file. */
function nameOf(text: string, month: string): string {
  const lines = text.trimEnd().split('\n').sort()
  return `samples-${month}-${createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8)}`
}

/** The lines of the files or of the buffer; null if there are none, which was told. */
async function collectLines(files: readonly string[], values: Values, io: CommandIo): Promise<string | null> {
  const samples = readSamples(files, io)
  if (samples !== null) return samples
  const folder = mkdtempSync(join(tmpdir(), 'orch-share-'))
  const out = join(folder, 'samples.jsonl')
  try {
    const facts = (Object.keys(FACTS) as (keyof typeof FACTS)[]).flatMap((name) =>
      values[name] === undefined ? [] : [`--${name}=${values[name]}`],
    )
    const quiet = { ...io, writeOut: () => undefined }
    const released = (values.release ?? []).map((name) => `--release=${name}`)
    const code = values.buffer
      ? await exportCommand.run(['--out', out, ...released], quiet)
      : await importCommand.run([...files, ...facts, '--out', out, '--yes'], quiet)
    return code === EXIT_OK ? readFileSync(out, 'utf8') : null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The lines of files that hold samples or runs already; null if one of them does not, or cannot be read: the import says why. */
function readSamples(files: readonly string[], io: CommandIo): string | null {
  if (files.length === 0) return null
  try {
    const texts = files.map((path) => Buffer.from(readUnpacked(path, io, RESULT_BYTES)).toString('utf8'))
    return texts.every(holdsLines) ? texts.map((text) => `${text.trimEnd()}\n`).join('') : null
  } catch {
    return null
  }
}

/** Reads each file once: what is piped in is gone afterwards. */
function readOnce(io: CommandIo): CommandIo['readFile'] {
  const read = new Map<string, ReturnType<CommandIo['readFile']>>()
  return (path) => {
    const bytes = read.get(path) ?? io.readFile(path)
    read.set(path, bytes)
    return bytes
  }
}

/** Whether a file holds samples or runs already. */
function holdsLines(text: string): boolean {
  return text.split('\n', 1).some((line) => /"(?:job_id|origin)"\s*:/.test(line) && line.includes('"engine_version"'))
}

function describe({ lines, table, unlisted, problems }: LinesChecked, out: string): string {
  return [
    `These ${plural(lines, 'line')} would become public, for good, under your account:`,
    '',
    ...table,
    ...unlisted.map((name) => `note: "${name}" is not in the catalogue: its name becomes public as it is`),
    ...problems.map(({ line, problem }) => formatProblem(showFile(out), line, problem)),
  ].join('\n')
}

async function finish(
  { file, name, month }: { file: string; name: string; month: string },
  values: Values,
  io: CommandIo,
): Promise<number> {
  const open = values['open-pr'] ?? false
  const account = values.account ?? (open ? readAccount(io.env) : '<account>')
  const request = { file, name, month, account, repository: values.repository ?? '<owner>/<name>' }
  const commands = formatCommands(request).map((line) => `  ${line}`)
  io.writeOut(
    `Wrote ${showFile(file)}. ${open ? 'These commands send it' : 'To open a pull request with it'}:\n\n${commands.join('\n')}\n`,
  )
  if (!open) return EXIT_OK
  if (!(await confirm('orch share', `Send it to ${request.repository} as ${account}?`, values.yes, io)))
    return EXIT_FAILED
  io.writeOut(`${openPullRequest(request, io.env)}\n`)
  return EXIT_OK
}
