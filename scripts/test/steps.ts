import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBrowser } from '../browser/find_browser.ts'
import { systemProbes } from '../browser/system_probes.ts'
import { findPrograms } from '../programs/find_programs.ts'
import { runCommand } from '../steps/run_command.ts'
import type { Counts, Outcome, Step, StepContext } from '../steps/step.ts'
import { readPlaywrightCounts, readVitestCounts } from './read_counts.ts'

/** Of Rolldown, which bundles sites and transforms tests: a fifth of its CPU time is threads that wait for each other. */
const ONE_THREAD = { RAYON_NUM_THREADS: '1', TOKIO_WORKER_THREADS: '1' }

/** Every check of `npm test`, in order. */
export const TEST_STEPS: readonly Step[] = [
  { id: 'generated', title: 'Generated files are current', run: checkGenerated },
  { id: 'types', title: 'Types', run: checkTypes },
  command('lint', 'Lint and format', ['biome', 'check', '--error-on-warnings', '.']),
  { id: 'programs', title: 'Programs of other projects that tests run', run: providePrograms },
  command('clickhouse', 'ClickHouse for the tests of its SQL', ['node', 'tests/clickhouse/install.ts']),
  command('engine', 'llama.cpp for the tests of samples', ['node', 'tests/real_engine/install.ts']),
  command('pipeline', 'Pipeline on data/', ['node', 'pipeline/cli.ts']),
  { ...command('site', 'Site', ['astro', 'build'], ONE_THREAD), needs: ['pipeline'] },
  { id: 'browser', title: 'Browser', run: provideBrowser },
  // Many of these tests wait for processes and clocks, those in the browser for pages: each lane leaves a processor to the other.
  {
    id: 'unit',
    title: 'Unit, property and golden tests',
    needs: ['clickhouse', 'engine'],
    lane: 'unit',
    run: runVitest,
  },
  {
    id: 'e2e',
    title: 'End-to-end tests in a browser',
    needs: ['site', 'browser'],
    lane: 'browser',
    run: runPlaywright,
  },
]

function command(id: string, title: string, words: [string, ...string[]], env: Record<string, string> = {}): Step {
  const [program, ...args] = words
  return { id, title, run: (context) => run(context, program, args, env) }
}

function run(context: StepContext, program: string, args: string[], env: Record<string, string> = {}) {
  const all = { ...context.env, ASTRO_TELEMETRY_DISABLED: '1', ...env }
  return runCommand(program, args, { env: all, onLine: context.onLine, say: context.say })
}

/** Both at once: each is busy on one core. The native compiler takes a third of the CPU time on one thread, as threads share no types. */
async function checkTypes(context: StepContext): Promise<Outcome> {
  const all = await Promise.all([
    run(context, 'node', ['node_modules/typescript-native/bin/tsc', '-p', '.', '--singleThreaded']),
    // Its language server takes every type file for an ES module, which fails on packages that are none: hence the own configuration.
    // That includes pages and components alone, as tsc has checked the rest.
    run(context, 'astro', ['check', '--tsconfig', 'tsconfig.astro.json']),
  ])
  return { ok: all.every(({ ok }) => ok), output: all.map(({ output }) => output).join('\n') }
}

async function checkGenerated(): Promise<Outcome> {
  const { staleSchemas } = await import('../../contracts/generate.ts')
  const stale = staleSchemas('contracts')
  const output = stale.map((name) => `contracts/${name}: not what contracts/*.ts generate; run "npm run generate"`)
  return { ok: stale.length === 0, output: output.join('\n') }
}

function runVitest(context: StepContext): Promise<Outcome> {
  return withReport(readVitestCounts, (report) =>
    run(context, 'vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], ONE_THREAD),
  )
}

function runPlaywright(context: StepContext): Promise<Outcome> {
  return withReport(readPlaywrightCounts, (report) =>
    run(context, 'playwright', ['test', '--reporter=list,json'], {
      ...ONE_THREAD,
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    }),
  )
}

async function providePrograms(context: StepContext): Promise<Outcome> {
  const log: string[] = []
  try {
    await findPrograms({ platform: process.platform, ...systemProbes(context, log) })
    return { ok: true, output: log.join('\n') }
  } catch (error) {
    return { ok: false, output: [...log, (error as Error).message].join('\n') }
  }
}

async function provideBrowser(context: StepContext): Promise<Outcome> {
  const log: string[] = []
  try {
    context.env.CHROMIUM_PATH = await findBrowser(systemProbes(context, log))
    return { ok: true, output: log.join('\n') }
  } catch (error) {
    return { ok: false, output: [...log, (error as Error).message].join('\n') }
  }
}

/** Runs a test runner that writes a report into a temporary folder, and adds its counts to the outcome. */
async function withReport(
  read: (path: string) => Counts | undefined,
  runner: (report: string) => Promise<Outcome>,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'test-report-'))
  try {
    const report = join(folder, 'report.json')
    const outcome = await runner(report)
    return { ...outcome, counts: read(report) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
