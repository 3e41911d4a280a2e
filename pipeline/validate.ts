import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { FILE_BYTES, PATTERNS } from '../contracts/index.ts'
import { CatalogIndex } from './check/catalog_index.ts'
import { checkFiles } from './check/check.ts'
import { readCatalog } from './read/catalog.ts'
import type { DataFile, Refusal } from './read/discover.ts'
import { describeCounts, describeReport, reportVerdicts, type VerdictReport } from './report.ts'
import { runMain, UsageError } from './run_main.ts'

const HELP = `Usage: npm run validate -- FILE… [--data DIR] [--json]

Checks export files (.jsonl, .jsonl.gz, .jsonl.zst) as the pipeline will: every line against the contract, every name
against the catalogue. Files whose first line has the key "origin" are checked as curated rows.

  --data DIR   folder with the catalogue (default: data)
  --json       verdicts as JSON on standard output
  --help       this text

Exit codes: 0 nothing rejected (quarantined lines are listed, not an error); 1 rejected lines or refused files; 2 wrong usage.
`

/** Checks the files named on the command line; returns the exit code. */
async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      data: { type: 'string', default: 'data' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  if (positionals.length === 0)
    throw new UsageError('Expected at least one file, found none. --help shows how to use this command.')
  const report = await validateFiles(positionals, values.data)
  if (values.json) process.stdout.write(`${JSON.stringify(report, null, 1)}\n`)
  else for (const line of [...describeReport(report), describeCounts(report.files)]) console.log(line)
  return report.rejected.length === 0 && report.refused.length === 0 ? 0 : 1
}

/** The verdicts on files anywhere on disk. */
async function validateFiles(paths: string[], dataDir: string): Promise<VerdictReport> {
  const refused = paths.flatMap(refuse)
  const files = paths.filter((path) => !refused.some((refusal) => refusal.path === path)).map(describeFile)
  const catalog = new CatalogIndex(readCatalog(dataDir))
  const scratch = mkdtempSync(join(tmpdir(), 'orch-validate-'))
  try {
    return reportVerdicts(await checkFiles(files, { catalog, scratch }), refused, catalog)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function refuse(path: string): Refusal[] {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  const refusal = (expected: string, found: string, fix: string) => [{ path, expected, found, fix }]
  if (stats === undefined) return refusal('a file', 'nothing', 'check the path')
  if (!stats.isFile())
    return refusal('a file', stats.isSymbolicLink() ? 'a symbolic link' : 'no regular file', 'name the file itself')
  if (!/\.jsonl(\.gz|\.zst)?$/.test(path))
    return refusal('a name that ends in .jsonl, .jsonl.gz or .jsonl.zst', basename(path), 'rename the file')
  if (stats.size > FILE_BYTES)
    return refusal(
      `at most ${FILE_BYTES.toLocaleString('en')} bytes`,
      stats.size.toLocaleString('en'),
      'compress or split the file',
    )
  return []
}

function describeFile(path: string): DataFile {
  const folder = basename(dirname(resolve(path)))
  const curated = readFileSync(path).subarray(0, 4096).includes('"origin"')
  return {
    path,
    absolutePath: resolve(path),
    kind: curated ? 'curated' : 'community',
    owner: 'local',
    month: !curated && new RegExp(PATTERNS.month).test(folder) ? folder : null,
    bytes: statSync(path).size,
    compression: path.endsWith('.gz') ? 'gzip' : path.endsWith('.zst') ? 'zstd' : 'none',
  }
}

await runMain(main)
