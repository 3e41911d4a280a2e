import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { generateCorpus } from './generate.ts'

const HELP = `Usage: npm run bench -- [--lines N,N] [--repeat N]

Measures, in one run on this machine, on generated export files: the pipeline, DuckDB alone (typed read of all columns into
a table and a GROUP BY, nothing checked) and zod on every line. Prints lines/s, peak memory and the ratio of times to DuckDB alone.

  --lines N,N   sizes (default: 100000,3000000)
  --repeat N    runs of the pipeline and of DuckDB, in turns; the median counts (default: 3)
`

/** Lines per file: below the 25 MB that a file may have. */
const LINES_PER_FILE = 50_000

interface Measurement {
  seconds: number
  peak_mb: number
}

/** Generates a corpus of `lines` lines, lets every contender read it, and prints a table. */
async function benchSize(lines: number, repeat: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'orch-bench-'))
  try {
    console.log(`generating ${lines.toLocaleString('en')} lines …`)
    const dataDir = join(folder, 'data')
    const paths = await generateCorpus(dataDir, {
      lines,
      contributors: 12,
      seed: 1,
      linesPerFile: LINES_PER_FILE,
      month: '2026-10',
    })
    cpSync('data/catalog', join(dataDir, 'catalog'), { recursive: true })
    cpSync('data/policy.json', join(dataDir, 'policy.json'))
    writeFileSync(join(folder, 'paths.json'), JSON.stringify(paths))
    const measure = (name: string) => runContender(name, folder, dataDir)
    const turns = Array.from({ length: repeat }, () => ({ duckdb: measure('duckdb'), pipeline: measure('pipeline') }))
    const duckdb = middle(turns.map((turn) => turn.duckdb))
    printTable(lines, duckdb.seconds, {
      'DuckDB alone': duckdb,
      pipeline: middle(turns.map((turn) => turn.pipeline)),
      'zod per line': measure('zod'),
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function runContender(name: string, folder: string, dataDir: string): Measurement {
  const script = join(import.meta.dirname, 'contender.ts')
  const args = [
    script,
    '--name',
    name,
    '--data',
    dataDir,
    '--out',
    join(folder, 'out'),
    '--paths',
    join(folder, 'paths.json'),
  ]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))
}

function middle(measurements: Measurement[]): Measurement {
  return measurements.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(measurements.length / 2)]!
}

function printTable(lines: number, baseline: number, rows: Record<string, Measurement>): void {
  console.log(
    `\n| ${lines.toLocaleString('en')} lines | seconds | lines/s | peak MB | × DuckDB alone |\n|---|---:|---:|---:|---:|`,
  )
  for (const [name, { seconds, peak_mb }] of Object.entries(rows)) {
    const speed = Math.round(lines / seconds).toLocaleString('en')
    console.log(
      `| ${name} | ${seconds.toFixed(2)} | ${speed} | ${peak_mb.toFixed(0)} | ${(seconds / baseline).toFixed(2)} |`,
    )
  }
  console.log()
}

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '100000,3000000' },
    repeat: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) console.log(HELP)
else for (const lines of values.lines.split(',').map(Number)) await benchSize(lines, Number(values.repeat))
