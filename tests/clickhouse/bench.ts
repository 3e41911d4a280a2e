import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { generateCorpus } from '../bench/generate.ts'
import { CONTESTS } from './bench_contest.ts'
import { installChdb } from './install.ts'
import { readCorpus } from './support/corpus.ts'

export const CLICKHOUSE_HELP = `The aggregation alone, on generated samples that were checked before, each way in a process of its own: DuckDB and ClickHouse (the
package chdb, 0.5 GB, installed if it is missing) from the same strata; then inserting the samples into ClickHouse, and aggregating
them where they lie.

  --lines N     samples (default: 300000)
  --threads N   threads of either engine (default: 2)
`

const TITLES: Record<(typeof CONTESTS)[number], string> = {
  duckdb: 'DuckDB, from strata',
  chdb: 'ClickHouse, from strata',
  insert: 'ClickHouse, judging and inserting the samples',
  samples: 'ClickHouse, from the samples',
}

async function bench(lines: number, threads: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'orch-bench-clickhouse-'))
  try {
    const dataDir = join(folder, 'data')
    await generateCorpus(dataDir, { lines, contributors: 12, seed: 1, linesPerFile: 50_000, month: '2026-10' })
    const { strata } = await readCorpus(dataDir, folder)
    const plain = strata.map((stratum) => ({ ...stratum, bins: [...stratum.bins] }))
    writeFileSync(join(folder, 'strata.json'), JSON.stringify(plain))
    const bins = plain.reduce((sum, stratum) => sum + stratum.bins.length, 0)
    console.log(
      `\n| ${lines.toLocaleString('en')} samples in ${strata.length} strata and ${bins.toLocaleString('en')} bins, ${threads} threads | seconds | CPU seconds | samples/s | peak MB |\n|---|---:|---:|---:|---:|`,
    )
    for (const name of CONTESTS) printRow(TITLES[name], lines, hold(name, folder, threads))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Measurement {
  seconds: number
  cpu_seconds: number
  peak_mb: number
}

/** Holds a contest in a process of its own, so that its peak memory is its own. */
function hold(name: string, folder: string, threads: string): Measurement {
  const script = join(import.meta.dirname, 'bench_contest.ts')
  const output = execFileSync(process.execPath, [script, '--name', name, '--folder', folder, '--threads', threads], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(output.trim().split('\n').at(-1)!) as Measurement
}

function printRow(title: string, lines: number, { seconds, cpu_seconds, peak_mb }: Measurement): void {
  const speed = Math.round(lines / seconds).toLocaleString('en')
  console.log(`| ${title} | ${seconds.toFixed(2)} | ${cpu_seconds.toFixed(2)} | ${speed} | ${peak_mb.toFixed(0)} |`)
}

/** Measures DuckDB and ClickHouse side by side, with options of the command line, and prints a table. */
export async function benchClickhouse(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { lines: { type: 'string', default: '300000' }, threads: { type: 'string', default: '2' } },
  })
  installChdb()
  await bench(Number(values.lines), values.threads)
}
