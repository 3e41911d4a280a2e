import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { runCommand } from '../../../scripts/steps/run_command.ts'

const MODULE = join(import.meta.dirname, '../../../scripts/steps/run_command.ts')

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

test('the time limit ends the command and what it started', async () => {
  const outcome = await runCommand('sh', ['-c', 'sleep 600 & echo $!; wait'], { timeLimitSeconds: 0.5 })
  expect(outcome.ok).toBe(false)
  expect(outcome.output).toContain('sh: not done after 0.5 s, stopped')
  await vi.waitUntil(() => !isAlive(Number(outcome.output.split('\n')[0])), { timeout: 5_000 })
})

test('a signal ends the command, what it started, and the process', async () => {
  const program = `import { runCommand } from ${JSON.stringify(MODULE)}
    await runCommand('sh', ['-c', 'sleep 600 & echo $!; wait'], { onLine: (line) => console.log(line) })`
  const child = spawn('node', ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  expect(code).toBe(130)
  await vi.waitUntil(() => !isAlive(Number(chunk.toString())), { timeout: 5_000 })
})

/** Whether a process runs; one that has ended but was not yet collected by its parent does not. */
function isAlive(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !text.slice(text.lastIndexOf(')')).startsWith(') Z')
  } catch {
    return false
  }
}
