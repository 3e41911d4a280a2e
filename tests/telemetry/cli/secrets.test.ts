import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeFolder } from '../support/run_orch.ts'
import { callOrch } from './support/call_orch.ts'
import { askChat, endProcesses, startServe, waitFor } from './support/serve_process.ts'

afterEach(endProcesses)

const CANARY = 's3cret-4711'
/** Nobody listens there. */
const dead = (path: string) => `http://us3r-4711:${CANARY}@127.0.0.1:9${path}?api_key=${CANARY}#${CANARY}`

function writeConfig(text: string): string {
  const file = join(makeFolder(), 'orch.toml')
  writeFileSync(file, text)
  return file
}

const SETTINGS = `[[upstream]]
url = "http://127.0.0.1:9"
[telemetry.http]
url = "${dead('/v1/samples')}"
[telemetry.otlp]
url = "${dead('/v1/traces')}"
`

describe('the secrets of a URL are shown', () => {
  it.each([
    ['serve', '--print-config'],
    ['telemetry', 'status', '--json'],
    ['telemetry', 'on', '--yes'],
  ])('not by %s %s %s', async (...args) => {
    const { out, error } = await callOrch([...args.filter(Boolean), '--config', writeConfig(SETTINGS)])
    expect(out).toContain('http://127.0.0.1:9/v1/samples')
    expect(out + error).not.toMatch(new RegExp(`${CANARY}|us3r-4711`))
  })

  it.each([
    `[telemetry.http]\nurl = "htp://us3r-4711:${CANARY}@host/?key=${CANARY}"`,
    `[telemetry.http]\nurl = "us3r-4711:${CANARY}@host"`,
    `[telemetry.http]\nurl = ["${dead('/')}"]`,
    `[telemetry]\nhttp = "${dead('/')}"`,
    `upstream = ["${dead('/')}"]`,
    `upstream = "${dead('/')}"`,
    `[telemetry.http]\nurl = "${dead('/')}`,
    `[telemetry.http]\nurl = ${dead('/')}`,
  ])('not by an error about %j', async (text) => {
    const { code, out, error } = await callOrch(['telemetry', 'status', '--config', writeConfig(`${text}\n`)])
    expect(code).toBe(1)
    expect(error).toContain(': expected ')
    expect(out + error).not.toMatch(new RegExp(`${CANARY}|us3r-4711`))
  })

  it('not by a gateway that can send nothing', async () => {
    const config = writeConfig(`${SETTINGS}[telemetry]\nenabled = true\n`)
    const gateway = await startServe(['--config', config], {})
    expect((await askChat(gateway.url)).status).toBe(502)
    await waitFor(() => gateway.error().includes('sink otlp'), gateway.error)
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text()
    expect(await gateway.stop()).toBe(0)
    expect(gateway.out() + gateway.error() + metrics).not.toMatch(new RegExp(`${CANARY}|us3r-4711`))
  })
})
