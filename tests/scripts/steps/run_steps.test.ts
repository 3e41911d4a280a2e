import { describe, expect, test } from 'vitest'
import { createProgress } from '../../../scripts/steps/progress.ts'
import { describeCounts, runSteps, sumCounts } from '../../../scripts/steps/run_steps.ts'
import type { Outcome, Step } from '../../../scripts/steps/step.ts'

const good: Outcome = { ok: true, output: 'quiet' }
const bad: Outcome = { ok: false, output: 'first line\nlast line' }

function step(id: string, outcome: Outcome | Error, extra: Partial<Step> = {}): Step {
  const run = async () => {
    if (outcome instanceof Error) throw outcome
    return outcome
  }
  return { id, title: `Step ${id}`, run, ...extra }
}

async function runAll(steps: Step[], options = {}, isTTY = false) {
  const written: string[] = []
  const terminal = { isTTY, columns: 40, write: (text: string) => written.push(text) }
  const results = await runSteps(steps, createProgress(terminal), options)
  return { results, text: written.join(''), verdicts: results.map(({ verdict }) => verdict) }
}

describe('runSteps', () => {
  test('goes on after a failure and skips only what needs it', async () => {
    const { verdicts, text } = await runAll([
      step('a', bad),
      step('b', good, { needs: ['a'] }),
      step('c', good, { needs: ['b'] }),
      step('d', good),
    ])
    expect(verdicts).toEqual(['failed', 'skipped', 'skipped', 'passed'])
    expect(text).toContain('Step b: skipped, it needs "a"')
  })

  test('shows the whole output of a failed step, and none of a passed one unless asked', async () => {
    const failed = await runAll([step('a', bad)])
    expect(failed.text).toContain('Step a: output ────\nfirst line\nlast line\n')
    expect((await runAll([step('a', good)])).text).not.toContain('quiet')
    expect((await runAll([step('a', good, { showsOutput: true })])).text).toContain('quiet\n')
  })

  test('stops at the first failure where asked', async () => {
    const { verdicts } = await runAll([step('a', good), step('b', bad), step('c', good)], { stopAtFailure: true })
    expect(verdicts).toEqual(['passed', 'failed'])
  })

  test('an error in a step fails that step and shows its message', async () => {
    const { verdicts, text } = await runAll([step('a', new Error('the disk is full')), step('b', good)])
    expect(verdicts).toEqual(['failed', 'passed'])
    expect(text).toContain('the disk is full')
  })

  test('steps of two lanes run beside each other, each lane in order; the results keep the order of the list', async () => {
    const log: string[] = []
    const gate = Promise.withResolvers<void>()
    const logged = (id: string, lane?: string, wait?: Promise<void>, then = () => {}): Step => ({
      ...step(id, good, lane === undefined ? {} : { lane }),
      run: async () => {
        await wait
        log.push(id)
        then()
        return good
      },
    })
    const { verdicts, results } = await runAll([
      logged('before'),
      // Ends only when the other lane has come to its end.
      logged('a', 'left', gate.promise),
      logged('b', 'right'),
      { ...logged('c', 'right', undefined, gate.resolve), needs: ['b'] },
      logged('after'),
    ])
    expect(log).toEqual(['before', 'b', 'c', 'a', 'after'])
    expect(results.map(({ step: { id } }) => id)).toEqual(['before', 'a', 'b', 'c', 'after'])
    expect(verdicts).toEqual(Array(5).fill('passed'))
  })

  test('what one step finds is in the environment of the next', async () => {
    let seen: string | undefined
    const find = step('a', good, {
      run: async (context) => {
        context.env.BROWSER = '/usr/bin/b'
        return good
      },
    })
    const use = step('b', good, {
      run: async (context) => {
        seen = context.env.BROWSER
        return good
      },
    })
    await runAll([find, use])
    expect(seen).toBe('/usr/bin/b')
  })

  test('plain lines where there is no terminal, a live line where there is', async () => {
    const plain = await runAll([step('a', good)])
    expect(plain.text).toMatch(/^Step a …\nStep a: passed \(0\.0 s\)\n$/)
    const chatty = step('a', good, {
      run: async (context) => {
        context.onLine(`\x1b[32m${'x'.repeat(100)}\x1b[0m`)
        await new Promise((resolve) => setTimeout(resolve, 450))
        return good
      },
    })
    const live = await runAll([chatty], {}, true)
    expect(live.text).toContain(`\r\x1b[KStep a … 0 s  ${'x'.repeat(25)}\r`)
    expect(live.text.split('\r').at(-1)?.slice(3)).toMatch(/^Step a: passed \(0\.\d s\)\n$/)
  })
})

describe('counts', () => {
  test('tests count where a step has them, the step itself otherwise', async () => {
    const { results } = await runAll([
      step('a', good),
      step('b', { ok: true, output: '', counts: { passed: 10, failed: 0, skipped: 2 } }),
      step('c', { ok: false, output: '', counts: { passed: 4, failed: 3, skipped: 0 } }),
      step('d', bad),
      step('e', good, { needs: ['d'] }),
    ])
    expect(describeCounts(sumCounts(results))).toBe('15 passed, 4 failed, 3 skipped')
  })

  test('a runner that fails without a failed test still counts as a failure', async () => {
    const { results } = await runAll([
      step('a', { ok: false, output: '', counts: { passed: 5, failed: 0, skipped: 0 } }),
    ])
    expect(describeCounts(sumCounts(results))).toBe('5 passed, 1 failed')
  })
})
