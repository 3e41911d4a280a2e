import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { readCpuSeconds } from '../../../scripts/steps/cpu_time.ts'
import { runSteps } from '../../../scripts/steps/run_steps.ts'

const BUSY = 'while (process.cpuUsage().user < 400_000) for (let i = 0; i < 10_000_000; i++);'

test.runIf(process.platform === 'linux')('counts this process and its ended children', () => {
  const before = readCpuSeconds()!
  execFileSync(process.execPath, ['-e', BUSY])
  expect(readCpuSeconds()! - before).toBeGreaterThanOrEqual(0.3)
})

test.runIf(process.platform === 'linux')('a step has the CPU time of what it started', async () => {
  const run = async () => ({ ok: true, output: execFileSync(process.execPath, ['-e', BUSY], { encoding: 'utf8' }) })
  const progress = { begin() {}, update() {}, say() {}, end() {} }
  const idle = { id: 'idle', title: 'Idle', run: async () => ({ ok: true, output: '' }) }
  const results = await runSteps([{ id: 'busy', title: 'Busy', run }, idle], progress)
  expect(results[0]!.cpuSeconds).toBeGreaterThanOrEqual(0.3)
  expect(results[1]!.cpuSeconds).toBeLessThan(0.3)
})
