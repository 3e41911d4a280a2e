import { BenchmarkRun } from '../../contracts/benchmark_run.ts'
import { FILE_PROBLEMS } from '../../contracts/limits.ts'
import type { NameIndex } from '../../contracts/name_index.ts'
import { showPath } from '../../contracts/show.ts'
import { AnonymizedExport } from '../../contracts/telemetry_event.ts'
import { type CheckedDraft, checkNames, type Meaning } from './check_names.ts'
import { type Claim, claimDocument, describeDocument } from './claim_documents.ts'
import { type Answer, applyAnswers, completeDrafts, type Missing } from './complete_drafts.ts'
import { readDocuments } from './documents/read_documents.ts'
import { explainIssue } from './explain_issue.ts'
import { Findings } from './findings.ts'
import { groupBy } from './group_by.ts'
import { Identities } from './identify.ts'
import { toRun, toSample } from './to_lines.ts'
import type { Draft, Format, ImportOptions, InputDocument, Problem } from './types.ts'

/** A file with its bytes, decompressed. */
export interface InputFile {
  name: string
  bytes: Uint8Array
  /** Whether it was found in a folder, and may be anything. */
  found?: boolean
}

/** What was found in files, before anything is missing. */
export interface FilesRead {
  /** The formats found in each file. */
  files: { name: string; formats: string[] }[]
  drafts: Draft[]
  problems: Problem[]
  units: number
  /** What a measurement is called: that of the one format, or of all of them. */
  unit: string
}

/** What an import gives: lines for publication, and what is missing for others. */
export interface ImportResult {
  groups: Group[]
  samples: AnonymizedExport[]
  runs: BenchmarkRun[]
  problems: Problem[]
  missing: Missing[]
  /** Measurements that lack a fact. */
  lacking: number
  /** Measurements that do not say on how many GPUs, and count as those of one. */
  takenForOneGpu: number
}

/** Measurements of one file whose names mean the same. */
export interface Group extends Meaning {
  file: string
  format: string
  samples: number
  runs: number
}

/** Reads files by their content. `only` is the format that the operator named, if one. */
export function readFiles(
  files: readonly InputFile[],
  formats: readonly Format[],
  options: ImportOptions,
  only?: Format,
): FilesRead {
  const problems: Problem[] = []
  const claims = files.map(({ name, bytes, found = false }) => {
    const content = readDocuments(name, bytes)
    const { claims, findings } = claimAll(content.documents, formats, only)
    const isOther = found && claims.length === 0
    for (const problem of isOther ? [otherFile(name)] : [...content.problems, ...findings.problems])
      problems.push(problem)
    return { name, claims }
  })
  const byFormat = groupBy(
    claims.flatMap((file) => file.claims),
    ({ format }) => format.name,
  )
  const readings = [...byFormat.values()].map((group) =>
    group[0]!.format.read(
      group.map(({ document }) => document),
      options,
    ),
  )
  const units = new Set([...byFormat.values()].map((group) => group[0]!.format.unit))
  return {
    files: claims.map(({ name, claims }) => ({ name, formats: [...new Set(claims.map(({ format }) => format.name))] })),
    drafts: readings.flatMap((reading) => reading.drafts),
    problems: sortByPlace([...problems, ...readings.flatMap((reading) => reading.problems)], files),
    units: sumUnits(readings),
    unit: units.size === 1 ? [...units][0]! : 'measurement',
  }
}

/** A folder of results holds other files, too. */
function otherFile(file: string): Problem {
  return { kind: 'note', place: { file, line: 1 }, units: 0, reason: 'no output of a benchmark' }
}

function sortByPlace(problems: readonly Problem[], files: readonly InputFile[]): Problem[] {
  const order = new Map(files.map(({ name }, index) => [name, index]))
  const fileOf = ({ place }: Problem) => order.get(place.file) ?? 0
  return [...problems].sort((a, b) => fileOf(a) - fileOf(b) || a.place.line - b.place.line)
}

function claimAll(documents: readonly InputDocument[], formats: readonly Format[], only: Format | undefined) {
  const findings = new Findings()
  const found = documents.map((document) => ({ document, claims: claimDocument(document, formats) }))
  const claims = found.flatMap((entry) => entry.claims).filter((claim) => isAsked(claim, only, findings))
  const hasResults = found.some((entry) => entry.claims.length > 0)
  const unclaimed = found.filter((entry) => entry.claims.length === 0)
  for (const { document } of unclaimed.slice(0, FILE_PROBLEMS)) reportUnclaimed(document, hasResults, only, findings)
  if (unclaimed.length > FILE_PROBLEMS) reportFurther(unclaimed.slice(FILE_PROBLEMS), findings)
  return { claims, findings }
}

function isAsked({ format, document }: Claim, only: Format | undefined, findings: Findings): boolean {
  if (only === undefined || only === format) return true
  findings.reject({ file: document.file, line: document.line }, 0, {
    field: 'file',
    expected: `output of ${only.name}`,
    found: `output of ${format.name}`,
    fix: `run: orch import ${format.name} ${showPath(document.file)}`,
  })
  return false
}

function reportUnclaimed(
  document: InputDocument,
  hasResults: boolean,
  only: Format | undefined,
  findings: Findings,
): void {
  const { file, line, value, form, lines = 0 } = document
  const place = { file, line }
  if (value === null) findings.skip(place, 0, 'failed run: the row is null')
  else if (hasResults && form === 'text')
    findings.note(place, `${lines} ${lines === 1 ? 'line' : 'lines'} of log skipped`)
  else if (hasResults) findings.skip(place, 0, `no result of a benchmark: ${describeDocument(document)}`)
  else
    findings.reject(place, 0, {
      field: 'file',
      expected: only ? `output of ${only.name}` : 'output of a benchmark',
      found: describeDocument(document),
      fix: 'orch import --help lists the formats; orch bench measures any engine',
    })
}

/** What no format knows can be most of a file: the rest of it is counted. */
function reportFurther(unclaimed: readonly { document: InputDocument }[], findings: Findings): void {
  const { file, line } = unclaimed[0]!.document
  findings.skip(
    { file, line },
    0,
    `${unclaimed.length.toLocaleString('en')} more values that are no result of a benchmark`,
  )
}

/** Turns what was read into lines for publication. What lacks a fact is left out, and the fact listed. */
export async function finishImport(
  read: FilesRead,
  options: ImportOptions,
  answers: readonly Answer[],
  context: { names: NameIndex; pseudonym: (id: string) => string | Promise<string> },
): Promise<ImportResult> {
  const findings = new Findings()
  const { checked, missing } = checkFacts(applyAnswers(read.drafts, answers), options, context.names, findings)
  const left = sumUnits(read.drafts) - sumUnits(checked.map(({ draft }) => draft)) - sumUnits(findings.problems)
  const lines = new Lines(findings)
  const written: CheckedDraft[] = []
  for (const entry of checked) if (await lines.add(entry, context.pseudonym)) written.push(entry)
  return {
    groups: groupMeanings(written),
    samples: sortBy(lines.samples, ({ job_id }) => job_id),
    runs: sortBy(lines.runs, ({ origin }) => origin),
    problems: [...read.problems, ...findings.problems],
    missing,
    lacking: left,
    takenForOneGpu: written.filter(({ draft }) => draft.facts.gpu_count === undefined).length,
  }
}

/**
 * Completes drafts and checks their names. An option overrules what the files say; but where they name several models, one name can only be
 * meant for the measurements that lack theirs.
 */
function checkFacts(drafts: readonly Draft[], options: ImportOptions, names: NameIndex, findings: Findings) {
  const stated = new Set(drafts.flatMap(({ facts }) => facts.model_ref ?? []))
  const { model } = options
  if (model === undefined || stated.size < 2) return checkAll(drafts, options, names, findings)
  const others = { ...options, model: undefined }
  const unnamed = checkAll(drafts, others, names, new Findings()).missing.filter(({ option }) => option === 'model')
  const answers = unnamed.map((missing) => ({ missing, value: model }))
  return checkAll(applyAnswers(drafts, answers), others, names, findings)
}

function checkAll(drafts: readonly Draft[], options: ImportOptions, names: NameIndex, findings: Findings) {
  const { complete, missing } = completeDrafts(drafts, options)
  const { checked, missing: unknown } = checkNames(complete, names, findings)
  return { checked, missing: [...missing, ...unknown] }
}

function sumUnits(entries: readonly { units: number }[]): number {
  return entries.reduce((sum, { units }) => sum + units, 0)
}

/** What the caller can do if a field of the file breaks the contract. */
const FIXES: Partial<Record<string, string>> = {
  ts: 'pass --date YYYY-MM-DD',
  model_ref: 'pass --model hf:org/repo',
  engine: 'pass --engine NAME',
  engine_version: 'pass --engine-version V',
  gpu_name: 'pass --gpu NAME',
  gpu_count: 'pass --gpu-count N',
  quantization: 'pass --quantization Q',
}

/** Lines under their pseudonyms that satisfy the contract. What occurs twice (a file given twice, a line copied) is kept once. */
class Lines {
  readonly samples: AnonymizedExport[] = []
  readonly runs: BenchmarkRun[] = []
  readonly #identities = new Identities()
  readonly #seen = new Set<string>()
  readonly #findings: Findings

  constructor(findings: Findings) {
    this.#findings = findings
  }

  /** Whether the line was taken. */
  async add({ draft }: CheckedDraft, pseudonym: (id: string) => string | Promise<string>): Promise<boolean> {
    const id = await pseudonym(await this.#identities.identify(draft.identity))
    if (this.#seen.has(id)) {
      this.#findings.skip(draft.place, draft.units, 'the same measurement as one read before')
      return false
    }
    this.#seen.add(id)
    const { number } = draft.identity.parts[0]!
    const line = draft.kind === 'sample' ? toSample(draft, id) : toRun(draft, `${id}#${number}`)
    const checked = (draft.kind === 'sample' ? AnonymizedExport : BenchmarkRun).safeParse(line)
    if (!checked.success) {
      const [issue] = checked.error.issues
      const fix = FIXES[String(issue!.path[0])] ?? 'check the figure in the file'
      this.#findings.reject(draft.place, draft.units, explainIssue(issue!, line, fix))
      return false
    }
    if (draft.kind === 'sample') this.samples.push(checked.data as AnonymizedExport)
    else this.runs.push(checked.data as BenchmarkRun)
    return true
  }
}

function groupMeanings(checked: readonly CheckedDraft[]): Group[] {
  const keyed = checked.map((entry) => ({
    ...entry,
    key: JSON.stringify([entry.draft.place.file, entry.draft.identity.tool, entry.meaning]),
  }))
  return [...groupBy(keyed, ({ key }) => key).values()].map((group) => {
    const { draft, meaning } = group[0]!
    const samples = group.filter((entry) => entry.draft.kind === 'sample').length
    return { file: draft.place.file, format: draft.identity.tool, ...meaning, samples, runs: group.length - samples }
  })
}

/** By pseudonym: without the key a random order, which does not tell that of the tasks, but the same on every import. */
function sortBy<T>(lines: readonly T[], keyOf: (line: T) => string): T[] {
  return [...lines].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))
}
