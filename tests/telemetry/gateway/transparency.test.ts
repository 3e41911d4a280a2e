import { gunzipSync } from 'node:zlib'
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
    ['a compressed answer', ASKING, ['x-double: {"gzip":true}', 'Accept-Encoding: gzip']],
    ['a compressed whole answer', CHAT, ['x-double: {"gzip":true}', 'Accept-Encoding: gzip']],
  ]

  test.each(cases)('equals what the engine sent: %s', async (_, body, headers) => {
    const request = post('/v1/chat/completions', body, headers)
    expect(await ask(gateway.url, request)).toEqual(await ask(double.url, request))
  })

  test('equals it after decoding if usage had to be taken out of a compressed stream', async () => {
    const request = post('/v1/chat/completions', STREAM, ['x-double: {"gzip":true}', 'Accept-Encoding: gzip'])
    const [through, direct] = [await ask(gateway.url, request), await ask(double.url, request)]
    const plain = (answer: { body: string }) => gunzipSync(Buffer.from(answer.body, 'latin1')).toString()
    expect(plain(through)).toBe(plain(direct))
    expect(through.headers).toEqual(direct.headers)
  })

  test('breaks off where the engine did', async () => {
    const request = post('/v1/chat/completions', STREAM, ['x-double: {"outcome":"reset"}'])
    const answer = parseRaw(await exchangeRaw(gateway.url, request))
    expect(answer.whole).toBe(false)
    expect(answer.status_line).toBe('HTTP/1.1 200 OK')
  })

  test.each(['/v1/models', '/version', '/health', '/nowhere?a=b'])('equals it on %s', async (path) => {
    const request = `GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`
    expect(await ask(gateway.url, request)).toEqual(await ask(double.url, request))
  })
})
