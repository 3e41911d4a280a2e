import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const SCRIPTS = join(import.meta.dirname, '../../scripts')
const folder = mkdtempSync(join(tmpdir(), 'commands-test-'))
const blocker = createServer()
let busyPort = 0

beforeAll(async () => {
  writeFileSync(join(folder, 'index.html'), 'home')
  blocker.listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  busyPort = (blocker.address() as AddressInfo).port
})
afterAll(() => {
  blocker.close()
  rmSync(folder, { recursive: true })
})

describe('npm start', () => {
  test('says how to use it', async () => {
    expect(await run('start.ts', ['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('BASE_PATH') })
  })

  test('tells at once, before any work, that its port is in use', async () => {
    const { code, out, err } = await run('start.ts', [], { PORT: String(busyPort) })
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(`port ${busyPort} on 127.0.0.1 is in use`)
  })

  test('names an option that it does not know', async () => {
    expect(await run('start.ts', ['--dta', 'x'])).toMatchObject({ code: 1, err: expect.stringContaining("'--dta'") })
  })
})

describe('npm test', () => {
  test('says how to use it', async () => {
    expect(await run('test.ts', ['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--only') })
  })

  test('ends with the counts alone on the last line', async () => {
    const { code, out } = await run('test.ts', ['--only', 'generated'])
    expect(code).toBe(0)
    expect(out).toMatch(/\n1 passed, 0 failed\n$/)
  })

  test('exits with 2 on a step that does not exist', async () => {
    expect(await run('test.ts', ['--only', 'nothing'])).toMatchObject({ code: 2, out: '' })
  })
})

describe('npm run serve', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, then ends cleanly', async (signal) => {
    const server = spawn('node', [join(SCRIPTS, 'serve.ts'), folder], { env: { ...process.env, PORT: '0' } })
    const url = await readUrl(server)
    expect(await (await fetch(url)).text()).toBe('home')
    server.kill(signal)
    expect(await once(server, 'exit')).toEqual([0, null])
    await expect(fetch(url)).rejects.toThrow()
  })
})

function run(script: string, args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const options = { env: { ...process.env, ...env } }
    const child = execFile(process.execPath, [join(SCRIPTS, script), ...args], options, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    )
  })
}

/** The address in the first line that the server prints. */
async function readUrl(server: ChildProcess): Promise<string> {
  const [line] = (await once(server.stdout!, 'data')) as [Buffer]
  return /http:\S+/.exec(line.toString())?.[0] ?? ''
}
