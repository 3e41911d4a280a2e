import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../../scripts/steps/run_command.ts'
import { findAlive, startRunner } from './support/processes.ts'

const FAMILY = join(import.meta.dirname, 'support/family.ts')

test('collects both streams and reports each line', async () => {
  const lines: string[] = []
  const outcome = await runCommand('sh', ['-c', 'echo one; echo two >&2; printf three'], {
    onLine: (line) => lines.push(line),
  })
  expect(outcome.ok).toBe(true)
  expect(lines.toSorted()).toEqual(['one', 'three', 'two'])
  expect(outcome.output.split('\n').toSorted()).toEqual(lines.toSorted())
})

test('passes the environment on, with the project’s Node first on PATH', async () => {
  const program = 'console.log(process.env.GREETING, process.version)'
  const { output } = await runCommand('node', ['-e', program], { env: { GREETING: 'hello' } })
  expect(output).toMatch(/^hello v2[4-9]\./)
})

test('tells the exit code of a command that failed', async () => {
  const outcome = await runCommand('sh', ['-c', 'exit 7'])
  expect(outcome).toEqual({ ok: false, output: 'sh -c exit 7: exit code 7' })
})

test('a command that does not exist is a failure with its name', async () => {
  const outcome = await runCommand('no-such-command', [])
  expect(outcome.ok).toBe(false)
  expect(outcome.output).toContain('no-such-command: could not be started')
})

describe('the idle limit', () => {
  test('ends a command that prints nothing, with what it started', async () => {
    const outcome = await runCommand('sh', ['-c', 'sleep 600 & echo $!; wait'], { idleLimitSeconds: 0.5 })
    expect(outcome.ok).toBe(false)
    expect(outcome.output).toContain('sh: printed nothing for 0.5 s, stopped')
    expect(findAlive([Number(outcome.output.split('\n')[0])])).toEqual([])
  })

  test('makes a failure, although the command exits with 0 then', async () => {
    const outcome = await runCommand('sh', ['-c', 'trap "exit 0" TERM; while :; do sleep 0.05; done'], {
      idleLimitSeconds: 0.3,
    })
    expect(outcome.ok).toBe(false)
  })

  test('lets a slow command go on that prints now and then, also without ending the line', async () => {
    const outcome = await runCommand('sh', ['-c', 'for i in 1 2 3 4 5 6 7; do sleep 0.4; printf .; done'], {
      idleLimitSeconds: 2,
    })
    expect(outcome).toEqual({ ok: true, output: '.......' })
  })
})

// What family.ts leaves behind: a detached child, and the detached child of a child that has ended.
describe('detached descendants end', () => {
  test.each([
    ['that inherit the environment', []],
    ['that do not', ['--no-environment']],
  ])('after a success, and are told: those %s', async (_, args) => {
    const said: string[] = []
    const outcome = await runCommand('node', [FAMILY, 'succeed', ...args], { say: (text) => said.push(text) })
    expect(outcome.ok).toBe(true)
    const pids = readPids(outcome.output)
    expect(findAlive(pids)).toEqual([])
    expect(said).toHaveLength(2)
    for (const pid of pids) expect(said.join('\n')).toContain(`node: left running, ended: process ${pid}, `)
    for (const text of said) expect(outcome.output).toContain(text)
  })

  test('after a failure', async () => {
    const outcome = await runCommand('node', [FAMILY, 'fail'])
    expect(outcome.ok).toBe(false)
    expect(findAlive(readPids(outcome.output))).toEqual([])
  })

  test('after a hang, although they ignore SIGTERM', async () => {
    const outcome = await runCommand('node', [FAMILY, 'hang', '--stubborn'], { idleLimitSeconds: 5 })
    expect(outcome.ok).toBe(false)
    expect(findAlive(readPids(outcome.output))).toEqual([])
  }, 60_000)

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'after %s to the runner, which ends too and starts nothing more',
    async (signal, expected) => {
      const runner = startRunner(['node', FAMILY, 'hang'])
      const pids = readPids(await runner.readUntil(/READY/))
      runner.child.kill(signal)
      expect(await runner.exited).toBe(expected)
      expect(findAlive(pids)).toEqual([])
      expect(runner.output()).not.toContain('went on')
    },
    60_000,
  )
})

test('a termination of npm reaches the runner, although npm tells its shell only', async () => {
  const runner = startRunner(['node', FAMILY, 'hang'], { throughNpm: true })
  const pids = readPids(await runner.readUntil(/READY/))
  runner.child.kill('SIGTERM')
  await runner.exited
  expect(findAlive(pids)).toEqual([])
}, 60_000)

// Within the grace that the first gives; tried again where the machine was too busy for that.
test('a second signal ends what ignores the first, at once', { retry: 2, timeout: 60_000 }, async () => {
  const runner = startRunner(['node', FAMILY, 'hang', '--stubborn'])
  const pids = readPids(await runner.readUntil(/READY/))
  const started = performance.now()
  runner.child.kill('SIGINT')
  setTimeout(() => runner.child.kill('SIGINT'), 100)
  expect(await runner.exited).toBe(130)
  expect(performance.now() - started).toBeLessThan(2500)
  expect(findAlive(pids)).toEqual([])
})

test('a runner that crashes takes the tree with it', async () => {
  const runner = startRunner(['node', FAMILY, 'hang'], {
    beside: 'setTimeout(() => { throw new Error("crashed") }, 3000)',
  })
  const pids = readPids(await runner.readUntil(/READY/))
  expect(await runner.exited).not.toBe(0)
  // What is killed goes when the system gets to it.
  await expect.poll(() => findAlive(pids), { timeout: 30_000 }).toEqual([])
}, 120_000)

/** The pids that family.ts prints. */
function readPids(output: string): number[] {
  const pids = [...output.matchAll(/^PID (\d+)$/gm)].map(([, pid]) => Number(pid))
  expect(pids).toHaveLength(2)
  return pids
}
