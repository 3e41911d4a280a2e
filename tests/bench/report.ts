import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { buildPage } from '../../scripts/build_ui.ts'
import { closedName, makeSegmentId } from '../../telemetry/buffer/segment_name.ts'
import { makeEvent } from '../telemetry/cli/support/fill_buffer.ts'
import { compileOrch } from './gateway/orch.ts'
import { printAim, printTable } from './gateway/table.ts'
import { createRandom, type Random } from './random.ts'

const [AIM_S, AIM_MB, DEFAULT_SAMPLES] = [5, 200, 1_000_000]

export const REPORT_HELP = `The operator's own figures (--only report): orch telemetry report and compare, and the report of orch ui's page, on a buffer of --samples N
  (${DEFAULT_SAMPLES.toLocaleString('en')}) and on an empty one. Aims: at most ${AIM_S} s and ${AIM_MB} MB resident.
`

/** Writes the highest resident memory in kB and the seconds of CPU to the fourth stream when the process ends, not when a thread of it does. */
const TELL_USAGE = `data:text/javascript,${encodeURIComponent(`
import fs from 'node:fs'
import { isMainThread } from 'node:worker_threads'
const tell = () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); fs.writeSync(3, JSON.stringify([maxRSS / 1000, (userCPUTime + systemCPUTime) / 1e6])) }
if (isMainThread) process.on('exit', tell)`)}`
const SEGMENT_LINES = 20_000
const HOUR_MS = 3_600_000

interface Took {
  seconds: number
  cpu_seconds: number
  peak_mb: number
}

/** Measures what reads the whole buffer, in processes of their own, against its aims. */
export async function benchReport(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { samples: { type: 'string', default: String(DEFAULT_SAMPLES) } } })
  const samples = Number(values.samples)
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'orch-bench-'))
  try {
    const package_folder = compileOrch(folder)
    const page = await buildPage()
    writeFileSync(join(package_folder, 'dist/orch/ui.html'), page)
    const orch = join(package_folder, 'bin/orch.js')
    const rows: [string, number, Took][] = []
    for (const count of [0, samples]) {
      const home = join(folder, String(count))
      fill(join(home, '.local/state/orch/buffer'), count)
      for (const [name, command] of [
        ['report', ['telemetry', 'report', '--format', 'json']],
        ['compare', ['telemetry', 'compare', '--json']],
      ] as const)
        rows.push([`orch telemetry ${name}`, count, await runCommand(orch, command, home)])
      rows.push(['/ui/report.json', count, await askUi(orch, home)])
    }
    show(rows)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function show(rows: readonly [name: string, count: number, took: Took][]): void {
  printTable(
    'Reading the buffer',
    ['what', 'samples', 'seconds', 'CPU s', 'peak MB'],
    rows.map(([name, count, { seconds, cpu_seconds, peak_mb }]) => [
      name,
      count.toLocaleString('en'),
      seconds.toFixed(2),
      cpu_seconds.toFixed(2),
      peak_mb.toFixed(0),
    ]),
  )
  const [slowest, largest] = [
    Math.max(...rows.map(([, , { seconds }]) => seconds)),
    Math.max(...rows.map(([, , { peak_mb }]) => peak_mb)),
  ]
  printAim(`at most ${AIM_S} s`, `${slowest.toFixed(2)} s`, slowest <= AIM_S)
  printAim(`at most ${AIM_MB} MB resident`, `${largest.toFixed(0)} MB`, largest <= AIM_MB)
}

/** Two weeks of three models, whose engine changes its version after one, in segments as a gateway leaves them. */
function fill(dir: string, count: number): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const random = createRandom(7)
  const begin = Date.now() - 14 * 24 * HOUR_MS
  for (let first = 0, sequence = 1; first < count; first += SEGMENT_LINES, sequence++) {
    const size = Math.min(SEGMENT_LINES, count - first)
    const lines = Array.from({ length: size }, (_, i) => JSON.stringify(makeSample(first + i, count, begin, random)))
    const id = makeSegmentId(sequence, begin + sequence, { pid: 1, start: '0', scope: '00000000' }, '00000000')
    writeFileSync(join(dir, closedName(id, size)), `${lines.join('\n')}\n`, { mode: 0o600 })
  }
}

function makeSample(i: number, count: number, begin: number, random: Random) {
  const at = begin + Math.floor((i / count) * 14 * 24 * HOUR_MS)
  const tokens_out = 40 + Math.floor(random.uniform() * 800)
  return makeEvent({
    ts: new Date(at).toISOString(),
    job_id: `${'0'.repeat(24)}${i}`,
    model_ref: ['hf:meta-llama/Llama-3.1-8B-Instruct', 'hf:Qwen/Qwen3-8B', 'hf:openai/gpt-oss-20b'][i % 3]!,
    engine_version: i < count / 2 ? '0.10.2' : '0.11.0',
    host_id: 'ab'.repeat(16),
    quantization: 'bf16',
    measurement_type: 'batched_online',
    concurrency: 1 + Math.floor(random.uniform() * 16),
    tokens_in: 50 + Math.floor(random.uniform() ** 3 * 8000),
    tokens_out,
    first_token_ms: Number((40 + random.uniform() * 400).toFixed(3)),
    decode_time_ms: Number(((tokens_out - 1) * (9 + 2 * random.uniform())).toFixed(3)),
    output_tps: 300,
    timing_source: 'gateway',
    pieces: tokens_out,
  })
}

async function runCommand(orch: string, command: readonly string[], home: string): Promise<Took> {
  const began = performance.now()
  const child = start(orch, command, home)
  const usage = readUsage(child)
  await Promise.all([text(child.stdout!), once(child, 'exit')])
  const seconds = (performance.now() - began) / 1000
  if (child.exitCode !== 0) throw new Error(`orch ${command.join(' ')}: expected exit code 0, found ${child.exitCode}`)
  return { seconds, ...(await usage) }
}

/** The time of the answer alone, the memory of the whole process. */
async function askUi(orch: string, home: string): Promise<Took> {
  const child = start(orch, ['ui', '--port', '0'], home)
  const usage = readUsage(child)
  const [bytes] = (await once(child.stdout!, 'data')) as [Buffer]
  const began = performance.now()
  const response = await fetch(`${bytes.toString().trim()}/report.json`)
  await response.text()
  const seconds = (performance.now() - began) / 1000
  if (response.status !== 200) throw new Error(`/ui/report.json: expected status 200, found ${response.status}`)
  child.kill('SIGINT')
  return { seconds, ...(await usage) }
}

function start(orch: string, command: readonly string[], home: string): ChildProcess {
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, HOME: home }
  return spawn(process.execPath, ['--import', TELL_USAGE, orch, ...command], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
}

async function readUsage(child: ChildProcess): Promise<Omit<Took, 'seconds'>> {
  const [peak_mb, cpu_seconds] = JSON.parse(await text(child.stdio[3] as Readable)) as [number, number]
  return { peak_mb, cpu_seconds }
}
