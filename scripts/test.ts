import './check_node.mjs'
import { resolve } from 'node:path'
import { createProgress } from './steps/progress.ts'
import { runSteps } from './steps/run_steps.ts'
import { describeTests, parseTestArgs } from './test/options.ts'
import { TEST_STEPS } from './test/steps.ts'
import { summarize } from './test/summarize.ts'

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
  const started = performance.now()
  const results = await runSteps(request.steps, createProgress(process.stdout))
  console.log(summarize(results, (performance.now() - started) / 1000))
  return results.every(({ verdict }) => verdict === 'passed') ? 0 : 1
}

process.chdir(`${import.meta.dirname}/..`)
// Several steps load the same tools: they are compiled once.
process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/compile')
process.exitCode = await main(process.argv.slice(2))
