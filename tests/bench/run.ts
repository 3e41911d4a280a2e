import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchClickhouse, CLICKHOUSE_HELP } from '../clickhouse/bench.ts'
import { BROWSER_HELP, benchBrowser } from './browser/run.ts'
import { benchCollect, COLLECT_HELP } from './collect/run.ts'
import { copyCorpus } from './copies.ts'
import { addExport, CURRENT_MONTH, withCorpus } from './corpus.ts'
import { benchGateway, GATEWAY_HELP } from './gateway/run.ts'
import { middle, printTable, runContender } from './measure.ts'
import { benchReport, REPORT_HELP } from './report.ts'
import { benchSite, SITE_HELP } from './site.ts'

const HELP = `Usage: npm run bench -- [--only sizes|added|large] [--lines N,N] [--repeat N]
       npm run bench -- --only browser|clickhouse|collect|gateway|report|site [options]

Measures, on this machine, on generated export files:

  sizes   the pipeline without and with writing a cache, DuckDB alone (typed read of all columns into a table and a GROUP BY, nothing
          checked) and zod on every line; default 100,000 and 3,000,000 lines
  added   a build of everything, and builds to which a file of 10,000 lines was added; once with compressed files, once with plain ones;
          default 30,000,000 lines (12 GB of disk)
  large   3,000,000 plain lines, and many compressed ones; default 100,000,000 lines (10 GB of disk)

Prints lines/s, peak memory and ratios of times. Where there is a budget, the measure stands against it, and a miss ends with exit code 1.

  --only WHAT   (default: sizes, then clickhouse, gateway, collect, report, site and browser)
  --lines N,N   other sizes
  --repeat N    runs of each contender, in turns; the median counts (default: 3)

BENCH_DIR names the folder for generated files (default: that for temporary files).

${CLICKHOUSE_HELP}
${GATEWAY_HELP}
${COLLECT_HELP}
${REPORT_HELP}
${SITE_HELP}
${BROWSER_HELP}`

const DEFAULT_LINES = { sizes: '100000,3000000', added: '30000000', large: '100000000' }
type What = keyof typeof DEFAULT_LINES

/** Generated line by line; the rest of a large corpus are copies with other ids. */
const ORIGINAL_LINES = 600_000
const ADDED_LINES = 10_000
const PLAIN_LINES = 3_000_000

/** Lets every contender read a corpus of `lines` lines. */
async function benchSizes(lines: number, repeat: number): Promise<void> {
  await withCorpus(lines, async (corpus) => {
    const cacheDir = join(corpus.folder, 'cache')
    const turns = Array.from({ length: repeat }, () => {
      rmSync(cacheDir, { recursive: true, force: true })
      const [duckdb, plain] = [runContender('duckdb', corpus), runContender('pipeline', corpus)]
      return { duckdb, plain, cached: runContender('pipeline', { ...corpus, cacheDir }) }
    })
    printTable(lines, {
      'DuckDB alone': middle(turns.map(({ duckdb }) => duckdb)),
      'pipeline, no cache': middle(turns.map(({ plain }) => plain)),
      'pipeline, cache written': middle(turns.map(({ cached }) => cached)),
      'zod per line': runContender('zod', corpus),
    })
  })
}

/** Compressed, as so many lines would be kept, and plain. */
async function benchAdded(lines: number, repeat: number): Promise<void> {
  for (const packed of [true, false]) await benchAddedTo(lines, repeat, packed)
}

/** Builds a corpus with an empty cache, then again and again with one more file. */
async function benchAddedTo(lines: number, repeat: number, packed: boolean): Promise<void> {
  await withCorpus(ORIGINAL_LINES, async (corpus) => {
    await copyCorpus(corpus.paths, lines / ORIGINAL_LINES - 1, packed)
    const cacheDir = join(corpus.folder, 'cache')
    // The first build meets a disk that still writes the corpus down.
    const cold = Array.from({ length: repeat }, () => {
      rmSync(cacheDir, { recursive: true, force: true })
      return runContender('pipeline', { ...corpus, cacheDir })
    })
    const unchanged = Array.from({ length: repeat }, () => runContender('pipeline', { ...corpus, cacheDir }))
    const add = (seed: number, month?: string) =>
      Array.from({ length: repeat }, (_, i) => {
        addExport(corpus.dataDir, ADDED_LINES, seed + i, month)
        return runContender('pipeline', { ...corpus, cacheDir })
      })
    // A pull request may add to the current month alone. Its figures wait for its end.
    const current = add(1000, CURRENT_MONTH)
    const published = add(2000)
    const manifest = () => readFileSync(join(corpus.folder, 'out', 'manifest.json'), 'utf8')
    const warm = manifest()
    const anew = runContender('pipeline', corpus)
    // The manifest has the hash of every published file.
    if (manifest() !== warm) throw new Error('a build from the cache differs from one without')
    console.log(packed ? 'Compressed files:' : 'Plain files:')
    printTable(lines, {
      'all, cache written': middle(cold),
      [`${ADDED_LINES.toLocaleString('en')} lines added to the current month`]: middle(current),
      [`${ADDED_LINES.toLocaleString('en')} lines added to a published month`]: middle(published),
      'nothing added': middle(unchanged),
      'all, no cache': anew,
    })
  })
}

/** Builds 3,000,000 plain lines, then many compressed ones. */
async function benchLarge(lines: number, repeat: number): Promise<void> {
  await withCorpus(ORIGINAL_LINES, async (corpus) => {
    const plain = await copyCorpus(corpus.paths, PLAIN_LINES / ORIGINAL_LINES - 1, false)
    const small = middle(Array.from({ length: repeat }, () => runContender('pipeline', corpus)))
    for (const path of plain) rmSync(path)
    await copyCorpus(corpus.paths, Math.round(lines / ORIGINAL_LINES) - 1, true)
    const cacheDir = join(corpus.folder, 'cache')
    const large = runContender('pipeline', { ...corpus, cacheDir })
    printTable(PLAIN_LINES, { 'pipeline, no cache': small })
    printTable(lines, { 'pipeline, compressed, cache written': large })
    const ratio = lines / large.seconds / (PLAIN_LINES / small.seconds)
    console.log(`${ratio.toFixed(2)} × the lines/s of ${PLAIN_LINES.toLocaleString('en')} plain lines\n`)
  })
}

const BENCHES: Record<What, (lines: number, repeat: number) => Promise<void>> = {
  sizes: benchSizes,
  added: benchAdded,
  large: benchLarge,
}

async function benchPipeline(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: 'sizes' },
      lines: { type: 'string' },
      repeat: { type: 'string', default: '3' },
    },
  })
  if (!(values.only in BENCHES))
    throw new TypeError(
      `--only: expected sizes, added, large, browser, clickhouse, collect, gateway, report or site, found "${values.only}"`,
    )
  const what = values.only as What
  for (const lines of (values.lines ?? DEFAULT_LINES[what]).split(',').map(Number))
    await BENCHES[what](lines, Number(values.repeat))
}

/** Benches with options of their own. */
const OTHERS: Record<string, (args: string[]) => Promise<void>> = {
  clickhouse: benchClickhouse,
  gateway: benchGateway,
  collect: benchCollect,
  report: benchReport,
  site: benchSite,
  browser: benchBrowser,
}

const args = process.argv.slice(2)
const only = args.indexOf('--only')
const other = only >= 0 ? OTHERS[args[only + 1] ?? ''] : undefined
if (args.includes('--help')) console.log(HELP)
else if (other) await other(args.toSpliced(only, 2))
else {
  await benchPipeline()
  if (only < 0) for (const benchOther of Object.values(OTHERS)) await benchOther([])
}
