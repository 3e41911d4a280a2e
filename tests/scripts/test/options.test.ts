import { expect, test } from 'vitest'
import type { Step } from '../../../scripts/steps/step.ts'
import { describeTests, parseTestArgs } from '../../../scripts/test/options.ts'
import { TEST_STEPS } from '../../../scripts/test/steps.ts'

const run = async () => ({ ok: true, output: '' })
const steps: Step[] = [
  { id: 'lint', title: 'Lint', run },
  { id: 'build', title: 'Build', run },
  { id: 'site', title: 'Site', needs: ['build'], run },
  { id: 'e2e', title: 'Browser tests', needs: ['site'], run },
]

function select(...args: string[]) {
  const request = parseTestArgs(args, steps)
  return request.kind === 'run' ? request.steps.map(({ id }) => id) : request
}

test('everything without options', () => {
  expect(select()).toEqual(['lint', 'build', 'site', 'e2e'])
})

test('a chosen step brings what it needs, in the order of the run', () => {
  expect(select('--only', 'e2e')).toEqual(['build', 'site', 'e2e'])
  expect(select('--only', 'site,lint')).toEqual(['lint', 'build', 'site'])
  expect(select('--only', 'lint', '--only=build')).toEqual(['lint', 'build'])
})

test('what is not known is named, with what is', () => {
  expect(select('--only', 'lint,unti')).toEqual({
    kind: 'wrong',
    message: '--only: expected steps of lint, build, site, e2e; found "unti"',
  })
  expect(select('--fast')).toMatchObject({ kind: 'wrong', message: expect.stringContaining("'--fast'") })
})

test('help lists every step', () => {
  expect(select('--help')).toEqual({ kind: 'help' })
  for (const { id, title } of steps) expect(describeTests(steps)).toMatch(new RegExp(`${id} +${title}`))
})

test('the real steps need only steps that run before them', () => {
  const before = new Set<string>()
  for (const { id, needs = [] } of TEST_STEPS) {
    expect(needs.filter((need) => !before.has(need))).toEqual([])
    expect(before).not.toContain(id)
    before.add(id)
  }
})
