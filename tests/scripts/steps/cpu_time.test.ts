import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { readCpuSeconds } from '../../../scripts/steps/cpu_time.ts'
import { runCommand } from '../../../scripts/steps/run_command.ts'
import { runSteps } from '../../../scripts/steps/run_steps.ts'

const BUSY = 'while (process.cpuUsage().user < 400_000) for (let i = 0; i < 10_000_000; i++);'

test.runIf(process.platform === 'linux')('counts this process and its ended children', () => {
  const before = readCpuSeconds()!
  execFileSync(process.execPath, ['-e', BUSY])
  expect(readCpuSeconds()! - before).toBeGreaterThanOrEqual(0.3)
})

test.runIf(process.platform === 'linux')('a step has the CPU time of what it started', async () => {
  const run = async () => ({ ok: true, output: execFileSync(process.execPath, ['-e', BUSY], { encoding: 'utf8' }) })
  const progress = { begin: () => ({ update() {}, end() {} }), say() {} }
  const idle = { id: 'idle', title: 'Idle', run: async () => ({ ok: true, output: '' }) }
  const results = await runSteps([{ id: 'busy', title: 'Busy', run }, idle], progress)
  expect(results[0]!.cpuSeconds).toBeGreaterThanOrEqual(0.3)
  expect(results[1]!.cpuSeconds).toBeLessThan(0.3)
})

test.runIf(process.platform === 'linux')('of steps beside each other, each has its own CPU time', async () => {
  const start = (program: string) => () => runCommand(process.execPath, ['-e', program])
  const progress = { begin: () => ({ update() {}, end() {} }), say() {} }
  const results = await runSteps(
    [
      {
        id: 'idle',
        title: 'Idle',
        lane: 'a',
        run: start('process.stdin.resume().on("end", () => setTimeout(() => {}, 50))'),
      },
      { id: 'busy', title: 'Busy', lane: 'b', run: start(BUSY) },
    ],
    progress,
  )
  expect(results[1]!.cpuSeconds).toBeGreaterThanOrEqual(0.3)
  expect(results[0]!.cpuSeconds).toBeLessThan(results[1]!.cpuSeconds!)
})
