import { readCpuSeconds } from './cpu_time.ts'
import type { Progress } from './progress.ts'
import type { Counts, Outcome, Step, StepContext, StepResult } from './step.ts'

export interface RunOptions {
  /** Whether the first failure ends the run; otherwise only the steps that need the failed one are skipped. */
  stopAtFailure?: boolean
}

/** Runs steps in order and shows the whole output of each that fails. Never rejects: an error in a step fails that step. */
export async function runSteps(
  steps: readonly Step[],
  progress: Progress,
  options: RunOptions = {},
): Promise<StepResult[]> {
  const results: StepResult[] = []
  const env: Record<string, string> = {}
  for (const step of steps) {
    const missing = findMissingNeed(step, results)
    if (missing !== undefined) {
      results.push(skip(step, missing, progress))
      continue
    }
    const result = await runStep(step, env, progress)
    results.push(result)
    if (result.verdict === 'failed' && options.stopAtFailure) break
  }
  return results
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

async function runStep(step: Step, env: Record<string, string>, progress: Progress): Promise<StepResult> {
  const readUsage = startMeasuring()
  progress.begin(step.title)
  const outcome = await tryRun(step, {
    env,
    onLine: (line) => progress.update(line),
    say: (text) => progress.say(text),
  })
  const usage = readUsage()
  const verdict = outcome.ok ? 'passed' : 'failed'
  const counts = countTests(outcome)
  progress.end(`${verdict}${outcome.counts ? `, ${describeCounts(counts)}` : ''}`, usage.seconds)
  if (!outcome.ok || step.showsOutput) progress.say(frame(step, outcome))
  return { step, verdict, ...usage, output: outcome.output, counts }
}

/** Returns how to read the time and the CPU time that have passed since. */
function startMeasuring(): () => Pick<StepResult, 'seconds' | 'cpuSeconds'> {
  const started = performance.now()
  const cpuBefore = readCpuSeconds()
  return () => {
    const cpuAfter = readCpuSeconds()
    return {
      seconds: (performance.now() - started) / 1000,
      cpuSeconds: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore,
    }
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
