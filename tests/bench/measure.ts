import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** What one contender took. */
export interface Measurement {
  seconds: number
  peak_mb: number
}

/** Where a contender finds its input and puts its output. */
export interface Folders {
  /** Of this measurement: holds `paths.json`, and the output. */
  folder: string
  dataDir: string
  /** Cache of the pipeline. */
  cacheDir?: string
}

/** Runs a contender in a process of its own. */
export function runContender(name: string, { folder, dataDir, cacheDir }: Folders): Measurement {
  const args = [
    join(import.meta.dirname, 'contender.ts'),
    ...['--name', name, '--data', dataDir],
    ...['--out', join(folder, 'out'), '--paths', join(folder, 'paths.json')],
    ...(cacheDir === undefined ? [] : ['--cache', cacheDir]),
  ]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))
}

/** The median by seconds. */
export function middle(measurements: Measurement[]): Measurement {
  return measurements.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(measurements.length / 2)]!
}

/** Prints measurements of one size; the last column is the ratio of times to the first row. */
export function printTable(lines: number, rows: Record<string, Measurement>): void {
  const [baseline] = Object.entries(rows)
  console.log(`\n| ${lines.toLocaleString('en')} lines | seconds | lines/s | peak MB | × ${baseline![0]} |`)
  console.log('|---|---:|---:|---:|---:|')
  for (const [name, { seconds, peak_mb }] of Object.entries(rows)) {
    const speed = Math.round(lines / seconds).toLocaleString('en')
    const ratio = (seconds / baseline![1].seconds).toPrecision(3)
    console.log(`| ${name} | ${seconds.toFixed(2)} | ${speed} | ${peak_mb.toFixed(0)} | ${ratio} |`)
  }
  console.log()
}
