import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { PATTERNS } from '../../../contracts/fields.ts'
import { detectEngine } from '../../../telemetry/engines/detect_engine.ts'
import { healthPath } from '../../../telemetry/engines/health.ts'
import { KNOWN_ENGINES } from '../../../telemetry/engines/types.ts'
import { toModelRef } from '../../../telemetry/wire/model_ref.ts'
import { startEngineDouble } from '../../support/engine_doubles/index.ts'

const EXPECTED = {
  vllm: { engine_version: '0.11.0', source: '/version' },
  'llama.cpp': {
    engine_version: 'b6097-9515c613',
    quantization: 'Q4_K_M',
    weights: { held: 'Qwen3-8B-Q4_K_M.gguf' },
    source: '/props',
  },
  ollama: { engine_version: '0.12.6', source: '/api/version' },
  sglang: {
    engine_version: '0.5.4.post1',
    quantization: 'fp8',
    weights: { held: 'Qwen/Qwen3-8B' },
    source: '/server_info',
  },
  tgi: { engine_version: '3.3.4', weights: { held: 'Qwen/Qwen3-8B' }, source: '/info' },
  'tensorrt-llm': { engine_version: '1.1.0', source: '/version' },
  triton: { engine_version: '2.60.0', source: '/v2' },
  lmstudio: { engine_version: 'unknown', quantization: 'Q4_K_M', source: '/api/v1/models' },
  nim: { engine_version: '1.13.1', source: '/v1/version' },
  'llama-orch': { engine_version: '1.0.0', source: '/v2/meta/capabilities' },
} as const

const options = { timeout_ms: 2000 }

test.each(KNOWN_ENGINES)('%s is detected without a token, and its health path answers', async (engine) => {
  const double = await startEngineDouble(engine)
  const identity = await detectEngine(`${double.url}/`, options)
  expect(identity).toEqual({ engine, ...EXPECTED[engine], models: identity.models })
  expect(identity.engine_version).toMatch(new RegExp(PATTERNS.engine_version))
  const health = await fetch(double.url + healthPath(engine))
  expect(health.status).toBe(200)
  expect(double.requests.map(({ method }) => method)).toEqual(double.requests.map(() => 'GET'))
  expect(double.answers).toEqual([])
  await double.close()
})

test('an address that ends in /v1 is the same engine', async () => {
  const double = await startEngineDouble('sglang')
  expect(await detectEngine(`${double.url}/v1`, options)).toMatchObject({ engine: 'sglang' })
  await double.close()
})

test('what is configured overrides what is found, and needs no request if it says all', async () => {
  const double = await startEngineDouble('vllm')
  const all = { engine: 'my-engine', engine_version: '7' }
  expect(await detectEngine(double.url, { ...options, configured: all })).toEqual({ ...all, source: 'config' })
  expect(double.requests).toEqual([])
  expect(await detectEngine(double.url, { ...options, configured: { engine: 'tensorrt-llm' } })).toMatchObject({
    engine: 'tensorrt-llm',
    engine_version: '0.11.0',
    source: 'config',
  })
  expect(await detectEngine(double.url, { ...options, configured: { engine_version: '9' } })).toMatchObject({
    engine: 'vllm',
    engine_version: '9',
  })
  await double.close()
})

/** A server that answers every request in the same way. */
async function serveAlways(
  answer: (path: string, headers: IncomingHttpHeaders) => { status: number; body: string } | null,
) {
  const server = createServer((request, response) => {
    const sent = answer(request.url ?? '', request.headers)
    if (sent) response.writeHead(sent.status, { 'content-type': 'application/json' }).end(sent.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

const UNKNOWN = { engine: 'unknown', engine_version: 'unknown', source: 'none' }
const UNREACHABLE = { ...UNKNOWN, source: 'unreachable' }

test.each([
  ['refuses', { status: 401, body: '{"error":"no key"}' }, { ...UNKNOWN, refused: true }],
  ['sends no JSON', { status: 200, body: '<html>' }, UNKNOWN],
  ['sends JSON of another kind', { status: 200, body: '[1]' }, UNKNOWN],
  ['sends null', { status: 200, body: 'null' }, UNKNOWN],
  ['leads elsewhere', { status: 302, body: '' }, UNKNOWN],
  [
    'sends fields of other types',
    { status: 200, body: '{"data":[null,3],"models":3,"name":4}' },
    { ...UNKNOWN, models: [] },
  ],
  ['is starting up', { status: 503, body: '{"error":{"message":"Loading model"}}' }, UNREACHABLE],
  ['never answers', null, UNREACHABLE],
])('a server that %s is unknown', async (_, answer, expected) => {
  const server = await serveAlways(() => answer)
  expect(await detectEngine(server.url, { timeout_ms: answer === null ? 200 : 5000 })).toEqual(expected)
  server.close()
})

test('an engine that does not answer is unknown', async () => {
  const server = await serveAlways(() => null)
  server.close()
  expect(await detectEngine(server.url, options)).toEqual(UNREACHABLE)
})

test('an engine is asked as by a program, not as by a browser, and no connection is kept', async () => {
  const sent: IncomingHttpHeaders[] = []
  const server = await serveAlways((_, headers) => {
    sent.push(headers)
    return { status: 404, body: '{}' }
  })
  await detectEngine(server.url, { ...options, headers: { authorization: 'Bearer key' } })
  const { host } = new URL(server.url)
  const expected = { host, connection: 'close', accept: 'application/json', authorization: 'Bearer key' }
  expect(new Set(sent.map((headers) => JSON.stringify(headers)))).toEqual(new Set([JSON.stringify(expected)]))
  server.close()
})

test('/version alone names no engine, since two answer it alike', async () => {
  const server = await serveAlways((path) =>
    path === '/version' ? { status: 200, body: '{"version":"0.11.0"}' } : { status: 404, body: '{}' },
  )
  expect(await detectEngine(server.url, options)).toEqual(UNKNOWN)
  server.close()
})

test('a version is cut to its first word, and is unknown if it is invalid', async () => {
  const versionOf = async (version: unknown) => {
    const body = JSON.stringify({ version, models: [] })
    const server = await serveAlways((path) =>
      /^\/api\/(version|tags)$/.test(path) ? { status: 200, body } : { status: 404, body: '{}' },
    )
    const identity = await detectEngine(server.url, options)
    server.close()
    return identity.engine_version
  }
  expect(await versionOf('0.12.6 (darwin)')).toBe('0.12.6')
  expect(await versionOf('/home/someone')).toBe('unknown')
  expect(await versionOf(12)).toBe('unknown')
})

test('vLLM reports which weights a served name stands for', async () => {
  const server = await serveAlways((path) =>
    path === '/v1/models'
      ? { status: 200, body: '{"data":[{"id":"assistant","owned_by":"vllm","root":"Qwen/Qwen3-8B"}]}' }
      : { status: 404, body: '{}' },
  )
  const { engine, weights } = await detectEngine(server.url, options)
  expect(toModelRef('assistant', engine, weights)).toBe('hf:Qwen/Qwen3-8B')
  expect(toModelRef('constructor', engine, weights)).toBe('constructor')
  server.close()
})
