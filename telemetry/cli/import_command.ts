import type { AnonymizedExport } from '../../contracts/index.ts'
import { loadLocalKey } from '../anonymise/local_key.ts'
import { Findings } from '../import/findings.ts'
import { type Documents, readDocuments } from '../import/read_documents.ts'
import { formatSummary } from '../import/report.ts'
import { toExports } from '../import/to_exports.ts'
import { BENCH_TOOLS } from '../import/tools.ts'
import type { BenchTool, Problem, Reading } from '../import/types.ts'
import { formatImportHelp, formatToolHelp } from './help.ts'
import { assertRequired, IMPORT_OPTIONS, type ImportArguments, readImportArguments } from './import_arguments.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from './io.ts'
import { assertWritable, writeAtomically } from './output_file.ts'
import { suggest, UsageError } from './usage_error.ts'

/** `orch import <tool> FILE…`: benchmark output in, samples for publication out. */
export const importCommand: Command = {
  name: 'import',
  summary: 'turn the output of benchmark tools into samples to publish',
  offers: { options: IMPORT_OPTIONS, operands: BENCH_TOOLS.map(({ name }) => name) },
  run: runImport,
}

function runImport(args: readonly string[], io: CommandIo): number {
  const [name, ...rest] = args
  if (name === undefined) throw new UsageError('orch import: name a tool.\nSee orch import --help')
  if (name === '--help' || name === '-h') {
    io.writeOut(formatImportHelp(BENCH_TOOLS))
    return EXIT_OK
  }
  const tool = findTool(name)
  const parsed = readImportArguments(rest)
  if (parsed.help) {
    io.writeOut(formatToolHelp(tool))
    return EXIT_OK
  }
  assertUsable(tool, parsed)
  return convert(tool, parsed, io)
}

function findTool(name: string): BenchTool {
  const tool = BENCH_TOOLS.find((candidate) => candidate.name === name)
  if (tool) return tool
  const names = BENCH_TOOLS.map((candidate) => candidate.name)
  throw new UsageError(`orch import: unknown tool "${name}". ${suggest(name, names)}\nSee orch import --help`)
}

function assertUsable(tool: BenchTool, { files, options, out, force }: ImportArguments): void {
  if (files.length === 0)
    throw new UsageError(`orch import ${tool.name}: name a file.\nSee orch import ${tool.name} --help`)
  assertRequired(tool, options)
  if (out !== undefined) assertWritable(out, force)
}

function convert(tool: BenchTool, { files, options, out, verbose }: ImportArguments, io: CommandIo): number {
  const readings = files.map((file) => readBenchFile(tool, file, options, io))
  const events = readings.flatMap((reading) => reading.events)
  const { exports, problems: violations } =
    events.length > 0 ? toExports(events, loadLocalKey(io.env), tool.unitsPerEvent) : { exports: [], problems: [] }
  const problems = [...readings.flatMap((reading) => reading.problems), ...violations]
  if (exports.length > 0) writeExports(exports, out, io)
  const units = readings.reduce((sum, reading) => sum + reading.units, 0)
  const summary = { tool: tool.name, files: files.length, unit: tool.unit, units, exports, problems }
  io.writeError(formatSummary(summary, verbose))
  return exports.length === 0 || hasInvalid(problems) ? EXIT_FAILED : EXIT_OK
}

function readBenchFile(tool: BenchTool, file: string, options: ImportArguments['options'], io: CommandIo): Reading {
  const name = file === '-' ? '(standard input)' : file
  const { documents, problems } = readDocumentsOf(name, () => io.readFile(file), tool.produce)
  const reading = tool.read(documents, options)
  return { ...reading, problems: [...problems, ...reading.problems] }
}

/** A file that cannot be read is reported as a problem; the other files are still read. */
function readDocumentsOf(name: string, read: () => Uint8Array, produce: string): Documents {
  try {
    return readDocuments(name, read(), produce)
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).code ?? (error as Error).message
    const findings = new Findings()
    findings.reject({ file: name, line: 1 }, 0, {
      field: 'file',
      expected: 'a readable file',
      found,
      fix: 'check its name',
    })
    return { documents: [], problems: findings.problems }
  }
}

function writeExports(exports: readonly AnonymizedExport[], out: string | undefined, io: CommandIo): void {
  const text = exports.map((sample) => `${JSON.stringify(sample)}\n`).join('')
  if (out === undefined) io.writeOut(text)
  else writeAtomically(out, text)
}

function hasInvalid(problems: readonly Problem[]): boolean {
  return problems.some(({ kind }) => kind === 'invalid')
}
