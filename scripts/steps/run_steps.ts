import { readCpuSeconds } from './cpu_time.ts'
import type { Progress } from './progress.ts'
import type { Counts, Outcome, Step, StepContext, StepResult } from './step.ts'

export interface RunOptions {
  /** Whether the first failure ends the run; otherwise only the steps that need the failed one are skipped. */
  stopAtFailure?: boolean
}

/**
 * Runs steps in order, those of several lanes beside each other, and shows the whole output of each that fails. Never rejects: an error in a
 * step fails that step.
 */
export async function runSteps(
  steps: readonly Step[],
  progress: Progress,
  options: RunOptions = {},
): Promise<StepResult[]> {
  const run: Run = { progress, env: {}, results: [], readCpu: startMeasuringCpu() }
  for (const lanes of groupByLane(steps)) {
    await Promise.all(lanes.map((lane) => runLane(lane, run)))
    if (options.stopAtFailure && run.results.some(({ verdict }) => verdict === 'failed')) break
  }
  return run.results.toSorted((a, b) => steps.indexOf(a.step) - steps.indexOf(b.step))
}

interface Run {
  progress: Progress
  env: Record<string, string>
  results: StepResult[]
  /** The CPU time of the step that has just ended. */
  readCpu: () => number | null
}

/** The steps as groups of lanes: what runs beside each other. A step without a lane is a group of its own. */
function groupByLane(steps: readonly Step[]): Step[][][] {
  const groups: Step[][] = []
  for (const step of steps) {
    const last = groups.at(-1)
    if (step.lane !== undefined && last?.[0]?.lane !== undefined) last.push(step)
    else groups.push([step])
  }
  return groups.map((group) => [...Map.groupBy(group, ({ lane }) => lane).values()])
}

async function runLane(steps: readonly Step[], run: Run): Promise<void> {
  for (const step of steps) {
    const missing = findMissingNeed(step, run.results)
    run.results.push(missing === undefined ? await runStep(step, run) : skip(step, missing, run.progress))
  }
}

/** The tests of all steps together. */
export function sumCounts(results: readonly StepResult[]): Counts {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const { counts } of results) {
    total.passed += counts.passed
    total.failed += counts.failed
    total.skipped += counts.skipped
  }
  return total
}

async function runStep(step: Step, { progress, env, readCpu }: Run): Promise<StepResult> {
  const started = performance.now()
  const running = progress.begin(step.title)
  const outcome = await tryRun(step, {
    env,
    onLine: (line) => running.update(line),
    say: (text) => progress.say(text),
  })
  const seconds = (performance.now() - started) / 1000
  const cpuSeconds = readCpu()
  const verdict = outcome.ok ? 'passed' : 'failed'
  const counts = countTests(outcome)
  running.end(`${verdict}${outcome.counts ? `, ${describeCounts(counts)}` : ''}`, seconds)
  if (!outcome.ok || step.showsOutput) progress.say(frame(step, outcome))
  return { step, verdict, seconds, cpuSeconds, output: outcome.output, counts }
}

/**
 * Returns how to read the CPU time since it was read last. What a command takes counts at its end, so that what was added when a step ends
 * is of this step, whatever runs beside it.
 */
function startMeasuringCpu(): () => number | null {
  let before = readCpuSeconds()
  return () => {
    const after = readCpuSeconds()
    const seconds = before === null || after === null ? null : after - before
    before = after
    return seconds
  }
}

async function tryRun(step: Step, context: StepContext): Promise<Outcome> {
  try {
    return await step.run(context)
  } catch (error) {
    return { ok: false, output: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** A step that failed has at least one failure, and one without tests counts as one. */
function countTests({ ok, counts }: Outcome): Counts {
  if (counts === undefined) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
  return ok ? counts : { ...counts, failed: Math.max(1, counts.failed) }
}

/** `12 passed, 1 failed`, with the skipped where there are any. */
export function describeCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

function findMissingNeed(step: Step, results: readonly StepResult[]): string | undefined {
  const passed = new Set(results.filter(({ verdict }) => verdict === 'passed').map((result) => result.step.id))
  return step.needs?.find((id) => !passed.has(id))
}

function skip(step: Step, missing: string, progress: Progress): StepResult {
  progress.say(`${step.title}: skipped, it needs "${missing}"`)
  const counts = { passed: 0, failed: 0, skipped: 1 }
  return { step, verdict: 'skipped', seconds: 0, cpuSeconds: 0, output: '', counts }
}

function frame(step: Step, { ok, output }: Outcome): string {
  if (ok) return output
  return [`──── ${step.title}: output ────`, output, `──── ${step.title}: end of output ────`].join('\n')
}
