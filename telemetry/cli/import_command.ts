import { loadLocalKey } from '../anonymise/local_key.ts'
import { pseudonymize } from '../anonymise/pseudonym.ts'
import type { Answer, Missing } from '../import/complete_drafts.ts'
import { FORMATS } from '../import/formats/index.ts'
import { type FilesRead, finishImport, type ImportResult, readFiles } from '../import/import_files.ts'
import { loadNames } from './catalogue.ts'
import { confirm } from './confirm.ts'
import { formatFormatHelp, formatImportHelp } from './help.ts'
import { IMPORT_OPTIONS, type ImportArguments, readAnswer, readImportArguments } from './import_arguments.ts'
import { readInput } from './import_input.ts'
import { formatMissing, formatReport } from './import_report.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from './io.ts'
import { assertWritable, writeAtomically } from './output_file.ts'
import { UsageError } from './usage_error.ts'

/** `orch import [FORMAT] FILE…`: benchmark output in, lines for publication out. */
export const importCommand: Command = {
  name: 'import',
  summary: 'turn the output of benchmark tools into samples to publish',
  offers: { options: IMPORT_OPTIONS, operands: FORMATS.map(({ name }) => name) },
  run: runImport,
}

async function runImport(args: readonly string[], io: CommandIo): Promise<number> {
  const parsed = readImportArguments(args, FORMATS)
  if (parsed.help) {
    io.writeOut(parsed.format ? formatFormatHelp(parsed.format) : formatImportHelp(FORMATS))
    return EXIT_OK
  }
  assertUsable(parsed)
  const input = readInput(parsed.files, io)
  const read = readFiles(input.files, FORMATS, parsed.options, parsed.format)
  read.problems.unshift(...input.problems)
  read.files.push(...input.problems.map(({ place }) => ({ name: place.file, formats: [] })))
  return convert(read, parsed, io)
}

function assertUsable({ files, format, out, force }: ImportArguments): void {
  const command = `orch import${format ? ` ${format.name}` : ''}`
  if (files.length === 0) throw new UsageError(`${command}: name a file.\nSee ${command} --help`)
  if (out !== undefined) assertWritable(out, force)
}

/** Asks for what is missing if there is a terminal; says what to add to the command otherwise. */
async function convert(read: FilesRead, parsed: ImportArguments, io: CommandIo): Promise<number> {
  const names = loadNames()
  const context = { names, pseudonym: (id: string) => pseudonymize(loadLocalKey(io.env), 'job', id) }
  let result = await finishImport(read, parsed.options, [], context)
  io.writeError(formatReport(read, result, parsed.verbose))
  if (result.missing.length > 0 && io.terminal.in) {
    const answers = await askFor(result.missing, io)
    result = await finishImport(read, parsed.options, answers, context)
    io.writeError(`\n${formatReport(read, result, parsed.verbose)}`)
  }
  if (result.missing.length > 0) io.writeError(formatMissing(result, read.unit))
  if (!(await agreesToNames(result, parsed, io))) return EXIT_FAILED
  return write(result, parsed.out, io)
}

async function askFor(missing: readonly Missing[], io: CommandIo): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const entry of missing) {
    const text = await io.ask(`${entry.what} (${entry.why}): `)
    const value = text?.trim() ? readAnswer(entry.option, text.trim()) : undefined
    if (value !== undefined) answers.push({ missing: entry, value })
  }
  return answers
}

/** A name that the catalogue does not know is published as it is: on a terminal, the operator sees it before it is written. */
async function agreesToNames({ groups }: ImportResult, { yes }: ImportArguments, io: CommandIo): Promise<boolean> {
  const unlisted = [...new Set(groups.filter(({ listed }) => !listed).map(({ model }) => `"${model}"`))]
  if (unlisted.length === 0 || !io.terminal.in) return true
  return confirm('orch import', `Write figures under ${unlisted.join(', ')}?`, yes, io)
}

function write({ samples, runs, problems, missing }: ImportResult, out: string | undefined, io: CommandIo): number {
  const lines = [...samples, ...runs]
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  if (lines.length > 0 && out === undefined) io.writeOut(text)
  else if (lines.length > 0) writeAtomically(out!, text)
  const isWhole = missing.length === 0 && !problems.some(({ kind }) => kind === 'invalid')
  return lines.length > 0 && isWhole ? EXIT_OK : EXIT_FAILED
}
