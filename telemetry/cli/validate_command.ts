import {
  FILE_LINES,
  FileProblems,
  formatProblem,
  judgeLine,
  type LineContract,
  type PlacedProblem,
  type Problem,
  TOO_MANY_LINES,
} from '../../contracts/index.ts'
import { plural, STANDARD_INPUT, showFile } from './format.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from './io.ts'
import { compressionOf, type Refusal, readUnpacked, refuseFile, UnpackError } from './open_file.ts'
import { readLines } from './read_lines.ts'
import { createStyle } from './style.ts'
import { type OptionSpecs, parseOptions } from './usage.ts'
import { UsageError } from './usage_error.ts'

const CONTRACTS = ['anonymized_export', 'telemetry_event', 'benchmark_run'] as const satisfies readonly LineContract[]

const OPTIONS = {
  contract: {
    type: 'string',
    value: 'NAME',
    help: `${CONTRACTS.join(', ')}; without it benchmark_run for each line with the key "origin", ${CONTRACTS[0]} for the others`,
    complete: CONTRACTS,
  },
  json: { type: 'boolean', help: 'verdicts as JSON on standard output' },
} as const satisfies OptionSpecs

/** `orch validate FILE…`: validates every line against the contract. */
export const validateCommand: Command = {
  name: 'validate',
  summary: 'check files of samples against the contract',
  usage: {
    lines: ['validate FILE… [options]'],
    text: 'orch validate checks files of samples (.jsonl, .jsonl.gz, .jsonl.zst), line by line, against the contract: keys, types, bounds and the rules between them. The pipeline also checks every name against its catalogue and every figure for plausibility, and quarantines what it does not know: "npm run validate" in its repository does the same. A FILE may be - for standard input.',
    options: OPTIONS,
    operands: 'file',
    examples: ['orch validate samples.jsonl', 'orch validate --contract telemetry_event recorded.jsonl'],
    exits: [
      [0, 'every line of every file was accepted'],
      [1, 'a line was rejected, or a file could not be read'],
    ],
  },
  run: runValidate,
}

interface FileVerdict {
  path: string
  /** The contract of its lines; `mixed` if samples and runs stand in one file. */
  contract: LineContract | 'mixed'
  lines: number
  accepted: number
  rejected: number
}

interface Report {
  files: FileVerdict[]
  refused: Refusal[]
  rejected: PlacedProblem[]
}

async function runValidate(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions('orch validate', args, OPTIONS, Number.POSITIVE_INFINITY)
  if (positionals.length === 0) throw new UsageError('orch validate: name a file.\nSee orch validate --help')
  const contract = readContract(values.contract)
  const report: Report = { files: [], refused: [], rejected: [] }
  for (const path of positionals) await validateFile(path, contract, report, io)
  if (values.json) io.writeOut(`${JSON.stringify(toJson(report), null, 1)}\n`)
  else writeReport(report, io)
  return report.refused.length + report.rejected.length === 0 ? EXIT_OK : EXIT_FAILED
}

function readContract(name: string | undefined): LineContract | undefined {
  const contract = CONTRACTS.find((candidate) => candidate === name)
  if (contract || name === undefined) return contract
  throw new UsageError(`--contract: expected one of ${CONTRACTS.join(', ')}, found "${name}".`)
}

async function validateFile(path: string, contract: LineContract | undefined, report: Report, io: CommandIo) {
  const refusal = path === '-' ? null : refuseFile(path)
  if (refusal) {
    report.refused.push(refusal)
    return
  }
  const name = path === '-' ? STANDARD_INPUT : path
  const chunks = path === '-' ? [Buffer.from(io.readFile('-'))] : readUnpacked(path)
  const verdict: FileVerdict = {
    path: name,
    contract: contract ?? 'anonymized_export',
    lines: 0,
    accepted: 0,
    rejected: 0,
  }
  report.files.push(verdict)
  try {
    report.rejected.push(...(await validateLines(chunks, contract, verdict)))
  } catch (error) {
    report.refused.push(explainReadError(name, error as Error))
  }
}

async function validateLines(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  contract: LineContract | undefined,
  verdict: FileVerdict,
): Promise<PlacedProblem[]> {
  const rejections = new FileProblems(verdict.path)
  for await (const { number, text } of readLines(chunks)) {
    const isExcess = number > FILE_LINES
    if (text !== null && text.trim() === '' && !isExcess) continue
    const own = contract ?? contractOf(text)
    verdict.contract = verdict.lines === 0 || verdict.contract === own ? own : 'mixed'
    verdict.lines++
    const problems = isExcess ? [TOO_MANY_LINES] : text === null ? [NOT_UTF8] : findProblems(own, text)
    verdict[problems.length === 0 ? 'accepted' : 'rejected']++
    if (problems.length > 0) rejections.add(number, problems)
    if (isExcess || rejections.isFull) break
  }
  return rejections.list()
}

/** Samples and runs may stand in one file: only a run has an origin. */
function contractOf(text: string | null): LineContract {
  return text !== null && /"origin"\s*:/.test(text) ? 'benchmark_run' : 'anonymized_export'
}

const NOT_UTF8: Problem = {
  column: 1,
  path: '$',
  expected: 'UTF-8 text',
  found: 'bytes that are not UTF-8',
  fix: 'save the file as UTF-8',
}

function findProblems(contract: LineContract, text: string): Problem[] {
  const judgement = judgeLine(contract, text)
  return judgement.verdict === 'rejected' ? judgement.problems : []
}

function explainReadError(path: string, error: Error): Refusal {
  if (error instanceof UnpackError)
    return {
      path,
      expected: `a whole ${compressionOf(path)} file`,
      found: error.message,
      fix: 'compress the file again',
    }
  const found = (error as NodeJS.ErrnoException).code ?? error.message
  return { path, expected: 'a readable file', found, fix: 'check its permissions' }
}

/** The keys are those of `npm run validate -- --json`, which adds the checks against the catalogue. */
function toJson({ files, refused, rejected }: Report) {
  return {
    files,
    refused,
    rejected: rejected.map(({ path, line, problem: { path: json_path, ...rest } }) => ({
      path,
      line,
      json_path,
      ...rest,
    })),
  }
}

function writeReport({ files, refused, rejected }: Report, io: CommandIo): void {
  const style = createStyle(io, 'out')
  const lines = [
    ...refused.map(
      ({ path, expected, found, fix }) =>
        `${showFile(path)}: refused: expected ${expected}, found ${found}. Fix: ${fix}.`,
    ),
    ...rejected.map(({ path, line, problem }) => formatProblem(showFile(path), line, problem)),
  ]
  const total = (key: 'lines' | 'accepted' | 'rejected') => files.reduce((sum, file) => sum + file[key], 0)
  const [accepted, bad] = [total('accepted'), total('rejected')]
  const counts = `${plural(files.length, 'file')}, ${plural(total('lines'), 'line')}: ${accepted.toLocaleString('en')} accepted, ${bad.toLocaleString('en')} rejected`
  const verdict = lines.length === 0 ? style.good(counts) : style.bad(counts)
  io.writeOut(`${[...lines, verdict].join('\n')}\n`)
  if (lines.length === 0) io.writeError(CATALOGUE_NOTE)
}

const CATALOGUE_NOTE = `note: checked against the contract only; the pipeline also checks names against its catalogue (npm run validate there)\n`
