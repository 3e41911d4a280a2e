import { isWithdrawn, PATTERNS, PublicationDiff } from '../../contracts/index.ts'
import { ExplainedError, UsageError } from '../lib/run_main.ts'
import { withBaseData } from '../read/base_data.ts'
import type { DataFile } from '../read/discover.ts'
import { readInputs, readWithdrawn } from '../read/inputs.ts'
import { describeNamed, describePlaced, type Place, pathBelow, refuseNamed, refusePlaced } from '../read/named_file.ts'
import { describeRefusal, describeReport, isClean, type VerdictReport } from '../report/report.ts'
import { describeDiff } from './describe_diff.ts'
import { type BuildDiff, diffBuilds, type Side } from './diff_builds.ts'
import { renderMarkdown } from './markdown.ts'
import { renderText } from './text.ts'

export interface DiffRequest {
  dataDir: string
  paths: string[]
  /** CONTRIBUTOR/YYYY-MM, where files from elsewhere would lie. */
  as?: string | undefined
  base?: string | undefined
  format: 'text' | 'markdown' | 'json'
  cacheDir?: string | undefined
}

/** Shows what files would change in the published tables; returns the exit code. Throws UsageError. */
export async function validateDiff(request: DiffRequest): Promise<number> {
  const result = await diffRequested(request)
  show(result, request.format)
  return isClean(result.report) && !result.report.quarantined.some(isTaken) ? 0 : 1
}

/**
 * Whether a sample has the id of one that another contributor has sent. Such a file is not to be merged: of files that came in one month a build
 * cannot tell which was first, and counts both.
 */
function isTaken({ path, counts_in }: VerdictReport['quarantined'][number]): boolean {
  const ownerOf = (file: string) => file.split('/')[1]
  return counts_in !== null && ownerOf(counts_in) !== ownerOf(path)
}

async function diffRequested({ dataDir, paths, as, base, cacheDir }: DiffRequest): Promise<BuildDiff> {
  if (base !== undefined) {
    if (paths.length > 0 || as !== undefined)
      throw new UsageError(
        '--base: expected the data folder as it is, found files too. Fix: name either files or --base.',
      )
    return withBaseData(base, dataDir, (baseDir) => diffBuilds({ dataDir: baseDir }, { dataDir }, cacheDir))
  }
  if (paths.length === 0) throw new UsageError('--diff: expected at least one file, or --base, found neither')
  const refused = paths.flatMap((path) => [...refuseNamed(path), ...refusePlaced(path)])
  if (refused.length > 0) throw new ExplainedError(refused.map(describeRefusal).join('\n'))
  return diffAdditions(dataDir, placeFiles(dataDir, paths, as), cacheDir)
}

/** Compares the data folder without the files with the data folder and the files. */
function diffAdditions(dataDir: string, additions: DataFile[], cacheDir?: string): Promise<BuildDiff> {
  const added = new Set(additions.map(({ path }) => path))
  const without = (files: DataFile[]) => files.filter(({ path }) => !added.has(path))
  const after: Side = {
    dataDir,
    overlay: (files) => [...without(files), ...additions].sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
  return diffBuilds({ dataDir, overlay: without }, after, cacheDir)
}

function placeFiles(dataDir: string, paths: string[], as: string | undefined): DataFile[] {
  const known = new Map(readInputs(dataDir).files.map((file) => [file.path, file]))
  const place = as === undefined ? null : parsePlace(dataDir, as)
  const files = paths.map((path) => {
    const lying = known.get(pathBelow(dataDir, path) ?? '')
    if (place === null && lying === undefined)
      throw new UsageError(
        `${path}: expected a file of ${dataDir}, or --as CONTRIBUTOR/YYYY-MM, found neither. Fix: say where the file would lie.`,
      )
    return place === null ? lying! : describePlaced(requireExport(path), place)
  })
  return rejectTwins(files)
}

function requireExport(path: string): string {
  if (describeNamed(path).kind === 'community') return path
  throw new UsageError(
    `${path}: expected an export, found curated rows. Fix: put them under curated/<source>/ with their source.json and compare with --base.`,
  )
}

function rejectTwins(files: DataFile[]): DataFile[] {
  const twin = files.find(({ path }, i) => files.findIndex((other) => other.path === path) !== i)
  if (twin === undefined) return files
  throw new UsageError(`${twin.path}: expected one file of that name, found two. Fix: rename one.`)
}

function parsePlace(dataDir: string, as: string): Place {
  const [contributor = '', month = '', ...rest] = as.split('/')
  if (!new RegExp(PATTERNS.slug).test(contributor) || !new RegExp(PATTERNS.month).test(month) || rest.length > 0)
    throw new UsageError(
      `--as: expected CONTRIBUTOR/YYYY-MM, found ${JSON.stringify(as)}. Fix: write the account in lower case and the month of the release.`,
    )
  if (isWithdrawn(readWithdrawn(dataDir).withdrawals, contributor, month))
    throw new UsageError(
      `--as: expected a folder that is not withdrawn, found ${as} in withdrawn.json. Fix: use a later month.`,
    )
  return { contributor, month }
}

/** In JSON, standard output holds the diff alone; what is wrong with the files goes to standard error. */
function show({ diff, report }: BuildDiff, format: DiffRequest['format']): void {
  const problems = describeReport(report)
  const sections = describeDiff(diff, new Date().toISOString().slice(0, 7))
  if (format === 'markdown') process.stdout.write(renderMarkdown(sections, problems))
  else if (format === 'json') {
    for (const line of problems) console.error(line)
    process.stdout.write(`${JSON.stringify(PublicationDiff.parse(diff), null, 1)}\n`)
  } else
    for (const line of [...problems, ...(problems.length > 0 ? [''] : []), ...renderText(sections)]) console.log(line)
}
