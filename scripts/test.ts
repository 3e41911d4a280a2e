import './check_node.mjs'
import { createProgress, formatSeconds } from './steps/progress.ts'
import { describeCounts, runSteps, sumCounts } from './steps/run_steps.ts'
import type { StepResult } from './steps/step.ts'
import { describeTests, parseTestArgs } from './test/options.ts'
import { TEST_STEPS } from './test/steps.ts'

async function main(args: string[]): Promise<number> {
  const request = parseTestArgs(args, TEST_STEPS)
  if (request.kind === 'help') {
    console.log(describeTests(TEST_STEPS))
    return 0
  }
  if (request.kind === 'wrong') {
    console.error(request.message)
    return 2
  }
  const results = await runSteps(request.steps, createProgress(process.stdout))
  console.log(summarize(results))
  return results.every(({ verdict }) => verdict === 'passed') ? 0 : 1
}

/** A line per step, then the line that continuous integration reads. */
function summarize(results: readonly StepResult[]): string {
  const width = Math.max(...results.map(({ step }) => step.title.length))
  const lines = results.map(
    ({ step, verdict, seconds, counts }) =>
      `  ${verdict.padEnd(7)}  ${step.title.padEnd(width)}  ${formatSeconds(seconds).padStart(7)}  ${describeCounts(counts)}`,
  )
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0)
  return ['', 'Summary', ...lines, `  in all ${formatSeconds(total)}`, describeCounts(sumCounts(results))].join('\n')
}

process.chdir(`${import.meta.dirname}/..`)
process.exitCode = await main(process.argv.slice(2))
