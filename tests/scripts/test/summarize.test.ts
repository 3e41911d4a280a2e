import { expect, test } from 'vitest'
import type { Step, StepResult } from '../../../scripts/steps/step.ts'
import { summarize } from '../../../scripts/test/summarize.ts'

const run = async () => ({ ok: true, output: '' })
const step = (title: string): Step => ({ id: title.toLowerCase(), title, run })
const counts = { passed: 1, failed: 0, skipped: 0 }
const results: StepResult[] = [
  { step: step('Types'), verdict: 'passed', seconds: 4.25, cpuSeconds: 7.5, output: '', counts },
  {
    step: step('Browser tests'),
    verdict: 'failed',
    seconds: 75,
    cpuSeconds: 120.4,
    output: '',
    counts: { passed: 150, failed: 2, skipped: 1 },
  },
]

test('time and CPU time of each step and of the run, the counts alone on the last line', () => {
  expect(summarize(results, 76.2)).toMatchInlineSnapshot(`
    "
    Summary
      passed   Types            4.3 s  CPU   7.5 s  1 passed, 0 failed
      failed   Browser tests     75 s  CPU   120 s  150 passed, 2 failed, 1 skipped
      in all                     76 s  CPU   128 s
    151 passed, 2 failed, 1 skipped"
  `)
})

test('no CPU time where the system does not tell', () => {
  expect(summarize([results[0]!, { ...results[1]!, cpuSeconds: null }], 76.2)).toMatchInlineSnapshot(`
    "
    Summary
      passed   Types            4.3 s  CPU   7.5 s  1 passed, 0 failed
      failed   Browser tests     75 s  CPU unknown  150 passed, 2 failed, 1 skipped
      in all                     76 s  CPU unknown
    151 passed, 2 failed, 1 skipped"
  `)
})
