import { parseArgs } from 'node:util'
import { type BuildResult, build } from './build/build.ts'
import { DEFAULT_CACHE } from './cache/cache_folder.ts'
import type { ClickhouseSamples } from './clickhouse/count_samples.ts'
import { print, runMain, UsageError } from './lib/run_main.ts'
import { startProgress } from './report/progress.ts'
import { describeCounts, describeReport, isClean } from './report/report.ts'
import { verdictTable } from './report/verdict_table.ts'

const HELP = `Usage: npm run pipeline -- [--data DIR] [--out DIR] [--audience public|private] [--keep-going]
                              [--cache DIR | --no-cache]
                              [--engine clickhouse --url URL --samples TABLE]

Reads the exports and curated rows under DIR, checks every line, and writes the published tables.

  --data DIR       data folder (default: data)
  --out DIR        where the published files go (default: dist/data); verdicts.json, not for publication, is
                   written beside that folder
  --audience WHO   private: no thresholds, for your own numbers only; not for publication (default: public)
  --keep-going     exit 0 although lines were rejected; they are left out either way
  --engine NAME    what counts the samples: duckdb, those in files under DIR (default), or clickhouse, those in a table
                   of a server; see docs/scaling.md
  --url URL        http[s]://[user[:password]@]host:port/[database] of the ClickHouse
  --samples TABLE  table of that database that takes the place of the exports under DIR
  --cache DIR      what earlier builds computed: a build then reads only new files, and writes the same bytes as one
                   without (default: ${DEFAULT_CACHE})
  --no-cache       compute everything anew, and keep nothing
  --help           this text

Exit codes: 0 built; 1 built without rejected lines or refused files, or not built; 2 wrong usage.
`

/** Runs the pipeline as a command; returns the exit code. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      data: { type: 'string', default: 'data' },
      out: { type: 'string', default: 'dist/data' },
      audience: { type: 'string', default: 'public' },
      'keep-going': { type: 'boolean', default: false },
      cache: { type: 'string', default: DEFAULT_CACHE },
      'no-cache': { type: 'boolean', default: false },
      engine: { type: 'string', default: 'duckdb' },
      url: { type: 'string' },
      samples: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return print(HELP)
  if (values.audience !== 'public' && values.audience !== 'private')
    throw new UsageError(`--audience: expected public or private, found "${values.audience}"`)
  const start = performance.now()
  const result = await build({
    dataDir: values.data,
    outDir: values.out,
    audience: values.audience,
    onProgress: startProgress(),
    ...(values['no-cache'] ? {} : { cacheDir: values.cache }),
    clickhouse: readSamplesOption(values),
  })
  report(result, (performance.now() - start) / 1000)
  return isClean(result.verdicts) || values['keep-going'] ? 0 : 1
}

/** The samples in ClickHouse that the options name; none where those in files count. */
function readSamplesOption(values: { engine: string; url?: string; samples?: string }): ClickhouseSamples | undefined {
  const { engine, url, samples } = values
  if (engine !== 'duckdb' && engine !== 'clickhouse')
    throw new UsageError(`--engine: expected duckdb or clickhouse, found "${engine}"`)
  if (engine === 'duckdb') {
    if (url !== undefined || samples !== undefined)
      throw new UsageError('--url and --samples: expected with --engine clickhouse only')
    return undefined
  }
  if (samples === undefined)
    throw new UsageError(
      '--samples: expected a table of samples that lies in ClickHouse, found none. Fix: store them with "node pipeline/clickhouse/store_samples.ts" and name the table, or leave out --engine to count those in files.',
    )
  if (url === undefined) throw new UsageError('--url: expected the address of a ClickHouse, found none')
  return { url, table: samples }
}

function report({ manifest, verdicts, skipped }: BuildResult, seconds: number): void {
  for (const line of describeReport(verdicts)) console.error(line)
  for (const { path } of skipped) console.error(`${path}: not read: it is withdrawn. Fix: delete the file.`)
  const rowsOf = (table: string) =>
    (manifest.files.find(({ name }) => name === `${table}.arrow`)?.rows ?? 0).toLocaleString('en')
  for (const line of verdictTable(verdicts.files)) console.log(line)
  console.log(`\n${describeCounts(verdicts.files)}`)
  console.log(
    `${rowsOf('cells')} cells, ${rowsOf('matrix')} matrix rows, ${manifest.collecting.cells} cells pending; ${seconds.toFixed(1)} s`,
  )
}

if (import.meta.main) await runMain(main)
