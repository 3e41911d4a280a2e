import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { canRun } from '../support/can_run.ts'
import { type EngineDouble, startEngineDouble } from '../support/engine_doubles/index.ts'
import { runGateway, type TestGateway } from '../telemetry/gateway/support/run_gateway.ts'
import { send } from '../telemetry/gateway/support/send.ts'

const FOLDER = 'deploy/prometheus'
/** Whatever takes so long has come to a stop. */
const HANG = { timeout: 120_000, interval: 300 }
const hasPrometheus = canRun('promtool') && canRun('prometheus')

interface Target {
  refId: string
  expr: string
}
const dashboard = JSON.parse(readFileSync('deploy/grafana/orch.json', 'utf8')) as {
  panels: { title: string; targets?: Target[] }[]
  annotations: { list: { expr: string }[] }
}

describe.skipIf(!hasPrometheus)('the alert rules', () => {
  test('are what promtool accepts, and fire when they should', () => {
    promtool('check', 'config', 'prometheus.yml')
    expect(promtool('test', 'rules', 'orch.rules.test.yml')).toContain('SUCCESS')
  })

  test('are held by their own test: without the threshold of an update it fails', () => {
    const folder = mkdtempSync(join(tmpdir(), 'orch-rules-'))
    cpSync(FOLDER, folder, { recursive: true })
    const rules = join(folder, 'orch.rules.yml')
    const tests = join(folder, 'orch.rules.test.yml')
    // They evaluate every minute of more than a day; a fifth of these tells the same.
    replaceIn(tests, 'evaluation_interval: 1m', 'evaluation_interval: 5m')
    expect(promtool('test', 'rules', tests)).toContain('SUCCESS')
    replaceIn(rules, '1.1 * (orch', '2.2 * (orch')
    expect(() => promtool('test', 'rules', tests)).toThrow('OrchSlowerAfterUpdate')
    rmSync(folder, { recursive: true, force: true })
  })
})

describe.skipIf(!hasPrometheus)('a real Prometheus that scrapes a real gateway', () => {
  let double: EngineDouble
  let gateway: TestGateway
  let prometheus: { url: string; stop(): Promise<void> }

  beforeAll(async () => {
    double = await startEngineDouble('vllm', { ttft_ms: 2, tpot_ms: 1, tokens: 8, tokens_in: 5 })
    gateway = await runGateway({ upstream: [{ url: double.url }] })
    const work = async () => {
      await send(gateway.url, '/v1/chat/completions', { model: 'm', messages: [], stream: true })
      const failing = { headers: { 'x-double': '{"outcome":"error","status":429}' } }
      await send(gateway.url, '/v1/chat/completions', { model: 'm', messages: [] }, failing)
    }
    await work()
    prometheus = await startPrometheus(new URL(gateway.admin_url!).host)
    // A rate needs two scrapes with tasks between them.
    await untilScraped(prometheus.url, work)
  })
  afterAll(async () => {
    await prometheus?.stop()
    await gateway?.close()
    await double?.close()
  })

  test('finds a value for every panel of the dashboard that has something to show', async () => {
    const empty: string[] = []
    for (const { title, targets = [] } of dashboard.panels)
      for (const { refId, expr } of targets) {
        const result = await query(prometheus.url, fill(expr))
        if (result.length === 0 || result.every(({ value }) => value[1] === 'NaN')) empty.push(`${title} ${refId}`)
      }
    // This gateway has no sink, and nothing was dropped.
    expect(empty).toEqual(['Samples per minute B', 'Samples that wait for a sink A', 'Age of the last upload A'])
    for (const { expr } of dashboard.annotations.list) await query(prometheus.url, fill(expr))
  })

  test('evaluates every rule', async () => {
    const answer = await (await fetch(`${prometheus.url}/api/v1/rules`)).json()
    const rules = (answer.data.groups as { rules: { name: string; health: string }[] }[]).flatMap(
      (group) => group.rules,
    )
    expect(rules).toHaveLength(12)
    expect(rules.filter(({ health }) => health === 'err')).toEqual([])
  })
})

/** As Grafana fills in the variables of a dashboard. */
function fill(expr: string): string {
  return expr.replace(/\$(instance|upstream|model)/g, '.*').replaceAll('$__rate_interval', '1m')
}

async function query(url: string, expr: string): Promise<{ value: [number, string] }[]> {
  const answer = await (await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`)).json()
  expect(answer.status, `${expr}: ${answer.error}`).toBe('success')
  return answer.data.result
}

async function untilScraped(url: string, work: () => Promise<void>): Promise<void> {
  const tasks = 'sum(increase(orch_tasks_total[1m])) > 0 and sum(increase(orch_task_failures_total[1m])) > 0'
  await vi.waitFor(async () => {
    await work()
    expect(await query(url, tasks)).toHaveLength(1)
  }, HANG)
}

async function startPrometheus(target: string) {
  const folder = mkdtempSync(join(tmpdir(), 'orch-prometheus-'))
  cpSync(FOLDER, folder, { recursive: true })
  const settings = parse(readFileSync(`${FOLDER}/prometheus.yml`, 'utf8'))
  settings.global = { scrape_interval: '1s', evaluation_interval: '1s' }
  settings.scrape_configs[0].static_configs[0].targets = [target]
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(settings))
  const address = `127.0.0.1:${await freePort()}`
  const flags = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=${address}`,
  ]
  const child = spawn('prometheus', flags, { stdio: 'ignore' })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = `http://${address}`
  await vi.waitFor(async () => expect((await fetch(`${url}/-/ready`)).ok).toBe(true), HANG)
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
  return { url, stop }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function promtool(...args: string[]): string {
  return execFileSync('promtool', args, { cwd: FOLDER, encoding: 'utf8', stdio: 'pipe' })
}

function replaceIn(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  writeFileSync(path, text.replace(from, to))
}
