import { parseArgs } from 'node:util'
import { type BuildResult, build } from './build.ts'
import { startProgress } from './progress.ts'
import { describeCounts, describeReport, isClean } from './report.ts'
import { runMain, UsageError } from './run_main.ts'
import { verdictTable } from './verdict_table.ts'

const HELP = `Usage: npm run pipeline -- [--data DIR] [--out DIR] [--audience public|private] [--keep-going]

Reads the exports and curated rows under DIR, checks every line, and writes the published tables.

  --data DIR       data folder (default: data)
  --out DIR        where the published files go (default: dist/data); verdicts.json, not for publication, is
                   written beside that folder
  --audience WHO   private: no thresholds, for your own numbers only; not for publication (default: public)
  --keep-going     exit 0 although lines were rejected; they are left out either way
  --help           this text

Exit codes: 0 built; 1 built without rejected lines or refused files, or not built; 2 wrong usage.
`

/** Runs the pipeline as a command; returns the exit code. */
async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      data: { type: 'string', default: 'data' },
      out: { type: 'string', default: 'dist/data' },
      audience: { type: 'string', default: 'public' },
      'keep-going': { type: 'boolean', default: false },
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
  })
  report(result, (performance.now() - start) / 1000)
  return isClean(result.verdicts) || values['keep-going'] ? 0 : 1
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

function report({ manifest, verdicts, skipped }: BuildResult, seconds: number): void {
  for (const line of describeReport(verdicts)) console.error(line)
  for (const { path } of skipped) console.error(`${path}: not read: it is withdrawn. Fix: delete the file.`)
  const rowsOf = (table: string) =>
    (manifest.files.find(({ name }) => name === `${table}.arrow`)?.rows ?? 0).toLocaleString('en')
  for (const line of verdictTable(verdicts.files)) console.log(line)
  console.log(`\n${describeCounts(verdicts.files)}`)
  console.log(
    `${rowsOf('cells')} cells, ${rowsOf('matrix')} matrix rows, ${manifest.collecting.cells} strata collecting; ${seconds.toFixed(1)} s`,
  )
}

await runMain(main)
