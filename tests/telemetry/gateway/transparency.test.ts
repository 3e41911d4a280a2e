import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { endToEnd, exchangeRaw, parseRaw, post } from './support/raw_http.ts'
import { runGateway, type TestGateway } from './support/run_gateway.ts'

const CHAT = { model: 'm', messages: [{ role: 'user', content: 'hello' }] }
const STREAM = { ...CHAT, stream: true }
const ASKING = { ...STREAM, stream_options: { include_usage: true } }
const FAST = { ttft_ms: 3, tpot_ms: 1 }

describe.each([true, false])('what the client gets with telemetry %s', (telemetry) => {
  let double: EngineDouble
  let gateway: TestGateway

  beforeAll(async () => {
    double = await startEngineDouble('vllm', FAST)
    gateway = await runGateway({ upstream: [{ url: double.url }], telemetry })
  })
  afterAll(async () => {
    await gateway.close()
    await double.close()
  })

  const ask = async (url: string, request: string) => endToEnd(parseRaw(await exchangeRaw(url, request)))
  // The doubles quote the request in their errors; where the gateway adds a question to it, the quotation has it too.
  const cases: [string, object, string[]][] = [
    ['an answer in one piece', CHAT, []],
    ['a stream', STREAM, []],
    ['a stream whose client asked for usage', ASKING, []],
    ['a stream in tiny pieces', STREAM, ['x-double: {"piece_bytes":7}']],
    ['reasoning', STREAM, ['x-double: {"kind":"reasoning"}']],
    ['tool calls', STREAM, ['x-double: {"kind":"tool"}']],
    ['trailers', STREAM, ['x-double: {"trailers":true}', 'TE: trailers']],
    ['a refusal', ASKING, ['x-double: {"outcome":"error","status":503}']],
    ['an error within the stream', ASKING, ['x-double: {"outcome":"error_event"}']],
  ]

  test.each(cases)('equals what the engine sent: %s', async (_, body, headers) => {
    const request = post('/v1/chat/completions', body, headers)
    expect(await ask(gateway.url, request)).toEqual(await ask(double.url, request))
  })

  test.each([CHAT, STREAM, ASKING])('is compressed only if it is not sampled, and else the same: %j', async (body) => {
    const compressed = ['x-double: {"gzip":true}', 'Accept-Encoding: gzip']
    const through = await ask(gateway.url, post('/v1/chat/completions', body, compressed))
    const direct = await ask(double.url, post('/v1/chat/completions', body, telemetry ? [] : compressed))
    expect(through).toEqual(direct)
    expect(through.headers.includes('content-encoding: gzip')).toBe(!telemetry)
  })

  test('breaks off where the engine did', async () => {
    const request = post('/v1/chat/completions', STREAM, ['x-double: {"outcome":"reset"}'])
    const answer = parseRaw(await exchangeRaw(gateway.url, request))
    expect(answer.whole).toBe(false)
    expect(answer.status_line).toBe('HTTP/1.1 200 OK')
  })

  test.each(['/v1/models', '/version', '/health', '/nowhere?a=b'])('equals it on %s', async (path) => {
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`
    expect(await ask(gateway.url, request)).toEqual(await ask(double.url, request))
  })
})
