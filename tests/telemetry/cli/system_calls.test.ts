import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { canRun } from '../../support/can_run.ts'
import { startEngineDouble } from '../../support/engine_doubles/index.ts'
import type { EngineDouble } from '../../support/engine_doubles/types.ts'
import { makeFolder } from '../support/run_orch.ts'
import { makeHome } from './support/call_orch.ts'
import { askChat, endProcesses, startServe } from './support/serve_process.ts'
import { findTraces, parseTrace, type SystemCall, TRACED } from './support/system_calls.ts'

/** Only where it cannot be installed may the trace be left out: beside Linux, or for who is not root. */
const mayBeMissing = process.platform !== 'linux' || process.getuid?.() !== 0
const hasStrace = canRun('strace', '-V')

describe.skipIf(!hasStrace && mayBeMissing)('system calls of a serving gateway', () => {
  let double: EngineDouble
  beforeAll(async () => {
    double = await startEngineDouble('vllm')
  })
  afterAll(() => double.close())
  afterEach(endProcesses)

  it('with telemetry off write to sockets and standard output only', async () => {
    const { calls, home, tasks } = await traceGateway(double, {})
    expect(tasks).toBe(3)
    expect(findTraces(calls, [portOf(double)])).toEqual([])
    expect(readdirSync(home)).toEqual([])
    expect(names(calls)).toEqual(expect.arrayContaining(['connect', 'execve', 'listen', 'openat', 'write']))
  })

  it('with telemetry on leave the traces that this search finds', async () => {
    const { calls, home } = await traceGateway(double, { ORCH_TELEMETRY_ENABLED: 'true' })
    const traces = findTraces(calls, [portOf(double)]).join('\n')
    expect(traces).toMatch(/^mkdir.*\.local\/state\/orch/m)
    expect(traces).toMatch(/^openat.*\.local\/state\/orch\/buffer\/.*O_CREAT/m)
    expect(traces).toMatch(/^p?write.*<\S*\.jsonl>/m)
    expect(readdirSync(join(home, '.local/state/orch/buffer')).length).toBeGreaterThan(0)
  })
})

describe('the search for traces', () => {
  it.each([
    'openat(AT_FDCWD</>, "/tmp/x", O_WRONLY|O_CREAT|O_CLOEXEC, 0600) = 21</tmp/x>',
    'open("/tmp/x", O_RDWR) = 3</tmp/x>',
    'write(21</tmp/x>, "x", 1) = 1',
    'write(2</dev/pts/0>, "x", 1) = 1',
    'write(9<pipe:[77]>, "x", 1) = 1',
    'mkdir("/tmp/y", 0700) = 0',
    'unlink("/tmp/y") = 0',
    'execve("/usr/bin/nvidia-smi", ["nvidia-smi"], 0x0) = 0',
    'connect(7<socket:[5]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = 0',
    'io_uring_setup(256, {flags=IORING_SETUP_SQPOLL}) = 4',
  ])('finds %s', (line) => {
    expect(findTraces(parseTrace(`1 execve("/node", [], 0x0) = 0\n1 ${line}\n`), [8000])).toHaveLength(1)
  })

  it.each([
    'openat(AT_FDCWD</>, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 21</etc/hosts>',
    'execve("/node", ["/node", "--max-semi-space-size=2"], 0x0) = 0',
    'write(1</dev/pts/0>, "x", 1) = 1',
    'write(22<socket:[9]>, "x", 1) = 1',
    'write(14<anon_inode:[eventfd]>, "\\1", 8 <unfinished ...>',
    'write(6<pipe:[31]>, "*", 1) = 1',
    'connect(7<socket:[5]>, {sa_family=AF_INET, sin_port=htons(8000), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
  ])('passes over %s', (line) => {
    const start = '1 execve("/node", [], 0x0) = 0\n1 pipe2([5<pipe:[31]>, 6<pipe:[31]>], O_CLOEXEC) = 0\n'
    expect(findTraces(parseTrace(`${start}1 ${line}\n`), [8000])).toEqual([])
  })
})

/** Serves three tasks, streamed, whole and failing, and its own pages under strace, and stops. */
async function traceGateway(double: EngineDouble, settings: NodeJS.ProcessEnv) {
  const env = makeHome()
  const log = join(makeFolder(), 'trace')
  const before = double.answers.length
  const prefix = ['strace', '-f', '-y', '-qq', '-s', '60', '-o', log, '-e', TRACED]
  const gateway = await startServe(['--upstream', double.url], { env: { ...env, ...settings }, prefix })
  expect(await (await askChat(gateway.url)).text()).toContain('data: [DONE]')
  expect((await askChat(gateway.url, { stream: false })).status).toBe(200)
  const failing = { 'content-type': 'application/json', 'x-double': '{"outcome":"error"}' }
  expect((await askChat(gateway.url, {}, { headers: failing })).status).toBe(500)
  for (const path of ['/healthz', '/metrics']) expect((await fetch(gateway.url + path)).status).toBe(200)
  // The signal is for the gateway; strace ends with it.
  process.kill(Number(/^\d+/.exec(readFileSync(log, 'utf8'))![0]), 'SIGTERM')
  expect(await gateway.stopped).toBe(0)
  const calls = parseTrace(readFileSync(log, 'utf8'))
  return { calls, home: env.HOME, tasks: double.answers.length - before }
}

function names(calls: readonly SystemCall[]): string[] {
  return [...new Set(calls.map(({ name }) => name))]
}

function portOf({ url }: EngineDouble): number {
  return Number(new URL(url).port)
}
