import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'vitest'
import { SAMPLE_COLUMNS } from '../../pipeline/clickhouse/sample_columns.ts'
import { startEngineDouble } from '../support/engine_doubles/index.ts'
import { callOrch, makeHome, startOrch } from '../telemetry/cli/support/call_orch.ts'
import { bufferOf, fillBuffer, makeEvent } from '../telemetry/cli/support/fill_buffer.ts'
import { waitFor } from '../telemetry/cli/support/serve_process.ts'
import { makeFolder } from '../telemetry/support/run_orch.ts'
import { optionsOf } from './command_line.ts'

const FIXTURES = 'tests/fixtures/import'
const SAMPLES = `${FIXTURES}/llama-bench-jsonl/expected.jsonl`

/** Where one command runs: a home that opted in and has a sample, and a folder for the files that it names. */
interface Place {
  home: { HOME: string }
  folder: string
}

/** How to run the commands that cannot run as they stand; the others need their home only. */
const RUNS: Record<string, (args: string[], place: Place) => Promise<void>> = {
  serve: runServe,
  bench: runBench,
  collect: runCollect,
  'collect tokens add': runCollect,
  'collect export': runCollect,
  import: runImport,
  'import llama-bench': runImport,
  share: runShare,
}
/** What a command does only with arguments, or with the page that the package holds; named without, it is asked for its help. */
const NEED_ARGUMENTS = [
  'serve',
  'bench',
  'expect',
  'import',
  'validate',
  'share',
  'collect',
  'completions',
  'telemetry export',
  'ui',
]

/** Runs `orch` as a document says, with example files and an engine double; fails where it would fail for a reader. */
export async function checkOrch(args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const given = args.filter((arg) => !['…', 'COMMAND', '--help'].includes(arg))
  const name = await checkHelp(given)
  if (given.length === 0 || args.includes('--help')) return
  if (NEED_ARGUMENTS.includes(name) && given.join(' ') === name) return
  const place = { home: await makeOptedInHome(env), folder: makeFolder() }
  const run = RUNS[name] ?? runHere
  await run(given, place)
}

/** Requires that the help of the command answers, and lists every option; returns the command's name. */
export async function checkHelp(args: readonly string[]): Promise<string> {
  const end = args.findIndex((arg) => !/^[a-z-]+$/.test(arg) || arg.startsWith('-'))
  const words = args.slice(0, end < 0 ? undefined : end)
  const { code, out } = await callOrch([...words, '--help'])
  expect(code, `orch ${words.join(' ')} --help`).toBe(0)
  for (const option of optionsOf(args)) expect(out).toMatch(new RegExp(`(^|[\\s,])${option}\\b`, 'm'))
  return words.join(' ')
}

async function makeOptedInHome(env: Record<string, string>): Promise<{ HOME: string }> {
  const home = makeHome()
  const moved = Object.entries(env).map(([name, value]) => [name, value.replace('/var/lib', home.HOME)])
  const all = { ...home, ...Object.fromEntries(moved), ORCH_JSONL_PATH: join(home.HOME, 'sink.jsonl') }
  await callOrch(['telemetry', 'on', '--yes'], { env: all, now: '2026-03-01T00:00:00.000Z' })
  await fillBuffer(bufferOf(home), [makeEvent()])
  return all
}

async function runHere(args: string[], { home, folder }: Place): Promise<void> {
  const terminal = { in: true, out: false, error: true }
  const placed = placeFiles(args, folder)
  const result = await callOrch(placed, { env: home, terminal, answers: ['y'] })
  expect(result, result.error).toMatchObject({ code: 0 })
  requireOutput(placed)
}

/** Files that a command names lie in its folder; those that it reads are there. */
function placeFiles(args: readonly string[], folder: string): string[] {
  return args.map((arg, at) => {
    const path = join(folder, arg.replace(/^.*\//, ''))
    if (arg.endsWith('.jsonl') && args[at - 1] !== '--out') cpSync(SAMPLES, path)
    if (arg.endsWith('.toml')) writeFileSync(path, '[telemetry]\nenabled = true\n')
    const isFigures = args[at - 1] === '--against'
    if (isFigures) writeFileSync(path, '{"figures": []}')
    return isFigures || /\.(jsonl|toml)$/.test(arg) ? path : arg
  })
}

function requireOutput(args: readonly string[]): void {
  const path = args[args.indexOf('--out') + 1]
  if (args.includes('--out')) expect(existsSync(path!)).toBe(true)
}

async function runServe(args: string[], { home, folder }: Place): Promise<void> {
  const double = await startEngineDouble('vllm')
  try {
    const placed = placeFiles(args, folder).map((arg) => (arg.startsWith('http:') ? double.url : arg))
    const upstream = placed.includes(double.url) ? [] : ['--upstream', double.url]
    const call = startOrch([...placed, ...upstream, '--listen', '127.0.0.1:0'], { env: home })
    await waitFor(
      () => (call.takesSignals() ? /listening on (http:\S+),/.exec(call.out() + call.error())?.[1] : undefined),
      () => call.out() + call.error(),
    )
    call.signal('SIGTERM')
    expect((await call.done).code).toBe(0)
  } finally {
    await double.close()
  }
}

/** A collector with a folder of its own, which holds a sample of the month that is exported. */
async function runCollect(args: string[], { home, folder }: Place): Promise<void> {
  const [line] = readFileSync(SAMPLES, 'utf8').split('\n')
  const samples = join(folder, 'samples', 'alice', args[args.indexOf('--month') + 1] ?? '')
  if (args.includes('export')) {
    mkdirSync(samples, { recursive: true })
    writeFileSync(join(samples, '000000000001-1764000000000-1.1.00000000-00000000.n1.jsonl'), `${line}\n`)
  }
  const moved = args.map((arg, at) =>
    args[at - 1] === '--dir' ? folder : args[at - 1] === '--out' ? join(folder, 'out') : arg,
  )
  if (moved.includes('tokens') || moved.includes('export')) return runHere(moved, { home, folder })
  if (moved.includes('--clickhouse')) return checkClickhouse(moved, home)
  await runUntilListening(moved, home)
}

/** In the place of the ClickHouse that it names there is a server that knows the columns of a table of samples. */
async function checkClickhouse(args: string[], home: Place['home']): Promise<void> {
  const columns = SAMPLE_COLUMNS.map(({ name }) => name).join('\n')
  const server = createServer((_, response) => void response.end(columns)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    await runUntilListening(
      args.map((arg) => arg.replace(/:\d+\/measurements$/, `:${port}/measurements`)),
      home,
    )
  } finally {
    server.close()
  }
}

async function runUntilListening(args: string[], home: Place['home']): Promise<void> {
  const call = startOrch([...args, '--listen', '127.0.0.1:0', '--admin-listen', 'off'], { env: home })
  await waitFor(
    () => (call.takesSignals() && call.out().includes('"listening"') ? true : undefined),
    () => call.out() + call.error(),
  )
  call.signal('SIGTERM')
  expect((await call.done).code).toBe(0)
}

async function runBench(args: string[], { home, folder }: Place): Promise<void> {
  const double = await startEngineDouble('vllm', { tokens: 40, ttft_ms: 5, tpot_ms: 1 })
  try {
    const placed = placeFiles(args, folder).map((arg) => (arg.startsWith('http:') ? double.url : arg))
    const { code, error } = await callOrch(placed, { env: home })
    expect(code, error).toBe(0)
    requireOutput(placed)
  } finally {
    await double.close()
  }
}

/** The results are named relative to the folder, where the file to share is written, too. */
async function runShare(args: string[], { home, folder }: Place): Promise<void> {
  cpSync(join(FIXTURES, 'llama-bench-jsonl/results.jsonl'), join(folder, 'results.json'))
  const options = { env: home, cwd: folder, terminal: { in: true }, answers: ['y'], now: '2025-09-01T00:00:00.000Z' }
  const { code, error } = await callOrch(args, options)
  expect(code, error).toBe(0)
  expect(readdirSync(folder)).toContainEqual(expect.stringMatching(/^samples-.*\.jsonl$/))
}

async function runImport(args: string[], { home, folder }: Place): Promise<void> {
  const input = join(folder, 'input')
  cpSync(join(FIXTURES, 'llama-bench-jsonl/results.jsonl'), input)
  const placed = placeFiles(args, folder).map((arg) => (/FILE…$|results\.jsonl$/.test(arg) ? input : arg))
  const { code, error } = await callOrch(placed, { env: home })
  expect(code, error).toBe(0)
  requireOutput(placed)
}
