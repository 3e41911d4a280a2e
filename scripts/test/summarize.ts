import { formatSeconds } from '../steps/progress.ts'
import { describeCounts, sumCounts } from '../steps/run_steps.ts'
import type { StepResult } from '../steps/step.ts'

/**
 * A line per step with its time and its CPU time, those of the whole run, then the line that continuous integration reads.
 *
 * @param seconds the time of the run: steps run beside each other
 */
export function summarize(results: readonly StepResult[], seconds: number): string {
  const width = Math.max(...results.map(({ step }) => step.title.length))
  const lines = results.map((result) => {
    const { step, verdict, counts } = result
    return `  ${verdict.padEnd(7)}  ${step.title.padEnd(width)}  ${describeUsage(result)}  ${describeCounts(counts)}`
  })
  const total = `  ${'in all'.padEnd(7)}  ${''.padEnd(width)}  ${describeUsage({ seconds, cpuSeconds: sumCpu(results) })}`
  return ['', 'Summary', ...lines, total, describeCounts(sumCounts(results))].join('\n')
}

type Usage = Pick<StepResult, 'seconds' | 'cpuSeconds'>

function sumCpu(results: readonly StepResult[]): number | null {
  const cpu = results.map(({ cpuSeconds }) => cpuSeconds).filter((seconds) => seconds !== null)
  return cpu.length < results.length ? null : cpu.reduce((total, value) => total + value, 0)
}

function describeUsage({ seconds, cpuSeconds }: Usage): string {
  const cpu = cpuSeconds === null ? 'CPU unknown' : `CPU ${formatSeconds(cpuSeconds).padStart(7)}`
  return `${formatSeconds(seconds).padStart(7)}  ${cpu}`
}
