import { formatSeconds } from '../steps/progress.ts'
import { describeCounts, sumCounts } from '../steps/run_steps.ts'
import type { StepResult } from '../steps/step.ts'

/** A line per step with its time and its CPU time, their sums, then the line that continuous integration reads. */
export function summarize(results: readonly StepResult[]): string {
  const width = Math.max(...results.map(({ step }) => step.title.length))
  const lines = results.map((result) => {
    const { step, verdict, counts } = result
    return `  ${verdict.padEnd(7)}  ${step.title.padEnd(width)}  ${describeUsage(result)}  ${describeCounts(counts)}`
  })
  const total = `  ${'in all'.padEnd(7)}  ${''.padEnd(width)}  ${describeUsage(sumUsage(results))}`
  return ['', 'Summary', ...lines, total, describeCounts(sumCounts(results))].join('\n')
}

type Usage = Pick<StepResult, 'seconds' | 'cpuSeconds'>

function sumUsage(results: readonly StepResult[]): Usage {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const cpu = results.map(({ cpuSeconds }) => cpuSeconds).filter((seconds) => seconds !== null)
  return {
    seconds: sum(results.map(({ seconds }) => seconds)),
    cpuSeconds: cpu.length < results.length ? null : sum(cpu),
  }
}

function describeUsage({ seconds, cpuSeconds }: Usage): string {
  const cpu = cpuSeconds === null ? 'CPU unknown' : `CPU ${formatSeconds(cpuSeconds).padStart(7)}`
  return `${formatSeconds(seconds).padStart(7)}  ${cpu}`
}
