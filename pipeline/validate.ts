import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DEFAULT_CACHE } from './cache/cache_folder.ts'
import { validateDiff } from './diff/validate_diff.ts'
import { print, runMain, UsageError } from './lib/run_main.ts'
import { withScratch } from './lib/scratch.ts'
import { readCatalog } from './read/catalog.ts'
import { CatalogIndex } from './read/catalog_index.ts'
import type { DataFile } from './read/discover.ts'
import { readInputs } from './read/inputs.ts'
import { describeNamed, refuseNamed } from './read/named_file.ts'
import { startProgress } from './report/progress.ts'
import { describeCounts, describeReport, isClean, reportVerdicts, type VerdictReport } from './report/report.ts'
import { checkFiles } from './review/check.ts'
import { sortFindings } from './review/file_findings.ts'
import { reviewBenchmarks } from './review/review_benchmarks.ts'

const HELP = `Usage: npm run validate -- FILE… [--data DIR] [--format text|json]
       npm run validate -- FILE… --diff [--as CONTRIBUTOR/YYYY-MM] [--data DIR] [--format text|markdown|json]
       npm run validate -- --diff --base REF|DIR [--data DIR] [--format text|markdown|json]

Checks export files (.jsonl, .jsonl.gz, .jsonl.zst) as the pipeline will: every line against the contract, every name
against the catalogue, every id against the exports in the data folder. Files whose first lines have an "origin" that
names a file are checked as curated rows.

  --data DIR        data folder (default: data)
  --diff            also build the published tables without and with the files, and show what changes: cells that gain, cells
                    that cross the threshold of publication, medians that move, regressions that appear
  --as C/YYYY-MM    where files from elsewhere would lie: exports/C/YYYY-MM
  --base REF|DIR    compare the data folder with what it was at a git commit or branch, or with another data folder
  --format FORMAT   text, markdown (for a pull request) or json (default: text)
  --json            the same as --format json
  --cache DIR       for --diff: what earlier builds computed, as for npm run pipeline (default: ${DEFAULT_CACHE})
  --no-cache        compute everything anew, and keep nothing
  --help            this text

Exit codes: 0 nothing rejected (quarantined lines are listed, not an error); 1 rejected lines or refused files,
with --diff also samples of another contributor; 2 wrong usage.
`

const FORMATS = ['text', 'markdown', 'json'] as const
type Format = (typeof FORMATS)[number]

/** Checks the files named on the command line, and what they would change; returns the exit code. */
export async function main(argv: string[]): Promise<number> {
  const { values, positionals: paths } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      data: { type: 'string', default: 'data' },
      diff: { type: 'boolean', default: false },
      as: { type: 'string' },
      base: { type: 'string' },
      format: { type: 'string', default: 'text' },
      json: { type: 'boolean', default: false },
      cache: { type: 'string', default: DEFAULT_CACHE },
      'no-cache': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return print(HELP)
  const format = parseFormat(values.json ? 'json' : values.format)
  if (values.diff) {
    const { data: dataDir, as, base } = values
    const cacheDir = values['no-cache'] ? undefined : values.cache
    return validateDiff({ dataDir, paths, as, base, format, cacheDir })
  }
  if (paths.length === 0)
    throw new UsageError('Expected at least one file, found none. --help shows how to use this command.')
  for (const option of ['as', 'base'] as const)
    if (values[option] !== undefined) throw new UsageError(`--${option}: expected together with --diff, found alone`)
  if (format === 'markdown') throw new UsageError('--format markdown: expected together with --diff, found alone')
  const report = await validateFiles(paths, values.data)
  if (format === 'json') process.stdout.write(`${JSON.stringify(report, null, 1)}\n`)
  else for (const line of [...describeReport(report), describeCounts(report.files)]) console.log(line)
  return isClean(report) ? 0 : 1
}

function parseFormat(value: string): Format {
  const format = FORMATS.find((known) => known === value)
  if (format !== undefined) return format
  throw new UsageError(`--format: expected text, markdown or json, found ${JSON.stringify(value)}`)
}

async function validateFiles(paths: string[], dataDir: string): Promise<VerdictReport> {
  const refused = paths.flatMap(refuseNamed)
  const isRefused = new Set(refused.map(({ path }) => path))
  const read = paths.filter((path) => !isRefused.has(path))
  const files = placeAdded(dataDir, read)
  const catalog = new CatalogIndex(readCatalog(dataDir))
  const { curated = [], community = [] } = Object.groupBy(files, ({ kind }) => kind)
  const findings = await withScratch('validate', async (scratch) => {
    const benchmarks = await reviewBenchmarks(curated, { catalog, scratch })
    const samples = await checkFiles(community, { catalog, scratch, onProgress: startProgress() })
    return sortFindings([...samples.findings, ...benchmarks.findings], files)
  })
  const added = findings.filter((_, i) => files[i]!.isAdded)
  return reportVerdicts(added, refused, catalog)
}

/** The exports of a data folder, whose samples count already, and files that are added to them: their contributors are known by where they lie. */
function placeAdded(dataDir: string, paths: string[]): DataFile[] {
  const named = paths.map(describeNamed)
  const lying = readInputs(dataDir).files.filter(({ kind }) => kind === 'community')
  const known = new Map(lying.map((file) => [file.absolutePath, file]))
  const added = named.map((file) => ({
    ...file,
    owner: known.get(file.absolutePath)?.owner ?? file.owner,
    isAdded: true,
  }))
  const others = new Set(added.map(({ absolutePath }) => absolutePath))
  const base = added.some(({ kind }) => kind === 'community') ? lying : []
  return [
    ...base
      .filter(({ absolutePath }) => !others.has(absolutePath))
      .map((file) => ({ ...file, path: join(dataDir, file.path) })),
    ...added,
  ]
}

if (import.meta.main) await runMain(main)
