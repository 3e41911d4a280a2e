import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { generateCorpus } from '../bench/generate.ts'
import { CONTESTS, type Held } from './bench_contest.ts'
import { installChdb } from './install.ts'

export const CLICKHOUSE_HELP = `Counting generated samples into strata, each way in a process of its own: from their files; then judging and inserting them into ClickHouse
(the package chdb, 0.5 GB, installed if it is missing), and counting them where they lie.

  --lines N     samples (default: 300000)
  --threads N   threads of ClickHouse (default: 2)
`

/** Measures counting from files and counting in ClickHouse side by side, with options of the command line, and prints a table. */
export async function benchClickhouse(args: string[]): Promise<void> {
  const options = { lines: { type: 'string', default: '300000' }, threads: { type: 'string', default: '2' } } as const
  const { values } = parseArgs({ args, options })
  const lines = Number(values.lines)
  installChdb()
  const folder = mkdtempSync(join(tmpdir(), 'orch-bench-clickhouse-'))
  try {
    const corpus = { lines, contributors: 12, seed: 1, linesPerFile: 50_000, month: '2026-10' }
    await generateCorpus(join(folder, 'data'), corpus)
    console.log(`\n| ${lines.toLocaleString('en')} samples | strata | seconds | CPU seconds | samples/s | peak MB |`)
    console.log('|---|---:|---:|---:|---:|---:|')
    for (const [name, title] of Object.entries(CONTESTS)) printRow(title, lines, hold(name, folder, values.threads))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Holds a contest in a process of its own, so that its peak memory is its own. */
function hold(name: string, folder: string, threads: string): Held {
  const script = join(import.meta.dirname, 'bench_contest.ts')
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const output = execFileSync(process.execPath, [script, name, folder, threads], {
    encoding: 'utf8',
    stdio: [...stdio],
  })
  return JSON.parse(output.trim().split('\n').at(-1)!) as Held
}

function printRow(title: string, lines: number, { strata, seconds, cpu_seconds, peak_mb }: Held): void {
  const counts = [strata, seconds.toFixed(2), cpu_seconds.toFixed(2), Math.round(lines / seconds), peak_mb.toFixed(0)]
  console.log(`| ${title} | ${counts.map((n) => n.toLocaleString('en')).join(' | ')} |`)
}
