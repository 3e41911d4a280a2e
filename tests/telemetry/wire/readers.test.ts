import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createResponseReader } from '../../../telemetry/wire/create_reader.ts'
import { MAX_LINE_BYTES } from '../../../telemetry/wire/line_splitter.ts'
import type { Observation, TaskApi } from '../../../telemetry/wire/types.ts'
import { follow, requestOf, untimed } from './follow.ts'

const SSE = { status: 200, content_type: 'text/event-stream; charset=utf-8' }
const JSON_HEAD = { status: 200, content_type: 'application/json' }
const USAGE = '{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}'

function delta(members: object, more: object = {}): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: members, finish_reason: null }], ...more })}\n\n`
}

function see(text: string, api: TaskApi = 'openai.chat', head = SSE): Observation {
  return follow(requestOf(api), { head, bytes: Buffer.from(text) }, 'vllm').observation
}

describe('the first token', () => {
  const reader = (chunks: string[]) => {
    const following = createResponseReader(requestOf('openai.chat'), SSE, 'vllm')
    chunks.forEach((chunk, i) => {
      following.push(Buffer.from(chunk), (i + 1) * 10)
    })
    return following.end().observation
  }

  test.each([
    ['content', { content: ' ' }],
    ['reasoning_content', { reasoning_content: 'hm' }],
    ['reasoning', { reasoning: 'hm' }],
    ['the name of a tool', { tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '' } }] }],
    ['arguments of a tool', { tool_calls: [{ index: 0, function: { arguments: '{' } }] }],
    ['a refusal', { refusal: 'no' }],
  ])('is the first with %s', (_, members) => {
    const empty = [
      delta({ role: 'assistant' }),
      delta({ content: '' }),
      delta({ content: null }),
      delta({ tool_calls: [] }),
    ]
    const seen = reader([...empty, delta(members), delta({ content: 'b' }), delta({ content: '' }), 'data: [DONE]\n\n'])
    expect(seen).toMatchObject({ first_token_at: 50, last_token_at: 60, deltas: 2, complete: true })
  })

  test('has its time from the bytes that completed it', () => {
    const text = delta({ content: 'a' })
    expect(reader([text.slice(0, 20), text.slice(20, -1), text.slice(-1)])).toMatchObject({ first_token_at: 30 })
  })

  test.each([
    '"content":"',
    'usage',
    '"usage":{',
    '[DONE]',
    'data: [DONE]\n\n',
    '"error":{}',
    '\\',
    '\u2028',
  ])('may be %j, which is text and no syntax', (content) => {
    const seen = reader([delta({ content }), `data: ${USAGE}\n\n`, 'data: [DONE]\n\n'])
    expect(seen).toMatchObject({ deltas: 1, tokens_in: 3, tokens_out: 2, error_code: null })
  })
})

describe('server-sent events', () => {
  test('may have comments, names, ids, no blank behind the colon, and several data lines', () => {
    const text = `: ping\n\nid: 1\nevent: message\ndata:{"choices":[{"delta":\ndata:{"content":"a"}}]}\n\nretry: 3\n\ndata:[DONE]\n\n`
    expect(see(text)).toMatchObject({ deltas: 1, complete: true })
  })

  test('that end with a finish reason instead of [DONE] are complete, and cut ones are not', () => {
    const end = `data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n`
    expect(see(delta({ content: 'a' }) + end)).toMatchObject({ complete: true })
    expect(see(delta({ content: 'a' }) + end.slice(0, 30))).toMatchObject({ complete: false })
    expect(see(delta({ content: 'a' }))).toMatchObject({ complete: false })
  })

  test('of a stream that reports usage in every chunk are read at the last', () => {
    const usage = (n: number) => ({ usage: { prompt_tokens: 9, completion_tokens: n, total_tokens: 9 + n } })
    const seen = see(delta({ content: 'a' }, usage(1)) + delta({ content: 'b' }, usage(2)))
    expect(seen).toMatchObject({ tokens_in: 9, tokens_out: 2, complete: false })
  })

  test.each([
    ['data: {"error":{"message":"m","type":"BadRequestError","code":400}}\n\n', 'BadRequestError'],
    ['data: {"error":{"message":"m","type":"/home/jane","code":503}}\n\n', 'http_503'],
    ['data: {"object":"error","message":"m","type":"internal_server_error"}\n\n', 'internal_server_error'],
    ['error: {"code":500,"message":"m","type":"server_error"}\n\n', 'server_error'],
    ['event: error\ndata: {"error":{"message":"my name is Jane"}}\n\n', 'stream_error'],
    ['data: {"error":"prompt of Jane","error_type":"overloaded"}\n\n', 'overloaded'],
    ['data: {"error":{"code":"sk-1234567890","type":"user jane"}}\n\n', 'stream_error'],
  ])('%j are a failure with the code %s', (text, code) => {
    expect(see(delta({ content: 'a' }) + text)).toMatchObject({ deltas: 1, error_code: code })
  })

  test('with "error":null are none', () => {
    expect(see(delta({ content: 'a' }, { error: null }))).toMatchObject({ error_code: null })
  })
})

describe('answers in one piece', () => {
  test.each([
    [500, '{"error":{"message":"m","type":"server_error"}}', 'server_error'],
    [429, '{"code":"QUEUE_FULL_DROP_LRU","message":"m"}', 'QUEUE_FULL_DROP_LRU'],
    [502, '<html>Bad gateway</html>', 'http_502'],
    [404, '{"error":"model \\"jane\\" not found"}', 'http_404'],
    [200, '{"error":{"code":503}}', 'http_503'],
  ])('with status %i and %s are a failure', (status, body, code) => {
    const seen = see(body, 'openai.chat', { ...JSON_HEAD, status })
    expect(seen).toMatchObject({ error_code: code, complete: false, first_token_at: null })
  })

  test('that are cut are not complete', () => {
    expect(see('{"choices":[{"message":{"content":"a"}}],"usa', 'openai.chat', JSON_HEAD)).toMatchObject({
      complete: false,
    })
  })
})

describe('a stream that the gateway asked', () => {
  const asked = (text: string, cuts: number[] = []) =>
    follow(requestOf('openai.chat', { asked_by_gateway: true }), { head: SSE, bytes: Buffer.from(text) }, 'vllm', cuts)

  test('hands on an event as soon as it is whole, and holds no more than the next', () => {
    const reader = createResponseReader(requestOf('openai.chat', { asked_by_gateway: true }), SSE, 'vllm')
    const [a, b] = [delta({ content: 'a' }), delta({ content: 'b' })]
    expect(reader.push(Buffer.from(a + b.slice(0, 9)), 1)?.toString()).toBe(a)
    expect(reader.push(Buffer.from(b.slice(9)), 2)?.toString()).toBe(b)
    expect(reader.push(Buffer.from(': keep-alive\n'), 3)?.toString()).toBe(': keep-alive\n')
    expect(reader.push(Buffer.from(`\nid: 7\ndata: ${USAGE}\n\ndata: [DO`), 4)?.toString()).toBe('\n')
    expect(reader.push(Buffer.from('NE]\n\n'), 5)?.toString()).toBe('data: [DONE]\n\n')
    expect(reader.end()).toMatchObject({ rest: null, observation: { complete: true, tokens_out: 2, deltas: 2 } })
  })

  test('loses the usage event at its very end too, and keeps half an event as it came', () => {
    const text = delta({ content: 'a' })
    expect(asked(`${text}data: ${USAGE}`).client.toString()).toBe(text)
    expect(asked(`${text}data: {"choices":[],"us`).client.toString()).toBe(`${text}data: {"choices":[],"us`)
  })

  test('keeps a usage that comes with choices, and choices that come without usage', () => {
    const text = delta({ content: 'a' }, { usage: { prompt_tokens: 1, completion_tokens: 1 } })
    const filter = 'data: {"choices":[],"prompt_filter_results":[]}\n\n'
    expect(asked(filter + text).client.toString()).toBe(filter + text)
  })

  test('passes bytes of any kind unchanged if no usage is in them', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('', '\n', '\r\n', 'data: ', 'data:{}\n\n', ': x', 'event: a\n', '\u00e9\n\n'),
    )
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array)),
      fc.array(line).map((lines) => Buffer.from(lines.join(''))),
    )
    fc.assert(
      fc.property(bytes, fc.array(fc.nat({ max: 400 })), (stream, places) => {
        const cuts = places.filter((place) => place < stream.length)
        const { client } = follow(
          requestOf('openai.chat', { asked_by_gateway: true }),
          { head: SSE, bytes: stream },
          'vllm',
          cuts,
        )
        expect(client.equals(stream)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('passes an event of megabytes without holding it, and goes on reading behind it', () => {
    const huge = delta({ content: 'x'.repeat(3 * MAX_LINE_BYTES) })
    const text = `${huge}${delta({ content: 'b' })}data: ${USAGE}\n\ndata: [DONE]\n\n`
    const reader = createResponseReader(requestOf('openai.chat', { asked_by_gateway: true }), SSE, 'vllm')
    const bytes = Buffer.from(text)
    let behind = 0
    const out: Buffer[] = []
    for (let at = 0; at < bytes.length; at += 65_536) {
      const passed = reader.push(bytes.subarray(at, at + 65_536), 1)
      if (passed) out.push(passed)
      const sent = out.reduce((sum, piece) => sum + piece.length, 0)
      behind = Math.max(behind, Math.min(at + 65_536, bytes.length) - sent)
    }
    const { rest, observation } = reader.end()
    expect(rest).toBeNull()
    expect(Buffer.concat(out).toString() === `${huge}${delta({ content: 'b' })}data: [DONE]\n\n`).toBe(true)
    expect(behind).toBeLessThanOrEqual(MAX_LINE_BYTES + 65_536)
    expect(observation).toMatchObject({ complete: true, tokens_out: 2, deltas: 1 })
  })
})

test('a stream without requested usage is passed on as the very same buffers', () => {
  const reader = createResponseReader(requestOf('openai.chat'), SSE, 'vllm')
  expect(reader.rewrites).toBe(false)
  const bytes = Buffer.from(`${delta({ content: 'a' })}data: ${USAGE}\n\n`)
  expect(reader.push(bytes, 1)).toBe(bytes)
})

test('no reader throws on any bytes, in any API', () => {
  const apis = fc.constantFrom<TaskApi>(
    'openai.chat',
    'openai.completions',
    'openai.responses',
    'ollama.chat',
    'native.generate',
    'orch.tasks',
  )
  const heads = fc.constantFrom(
    SSE,
    JSON_HEAD,
    { status: 200, content_type: 'application/x-ndjson' },
    { status: 500, content_type: undefined },
  )
  const word = fc.constantFrom(
    'data: ',
    '{"error"',
    '{"usage":{',
    '"choices":[]',
    '"timings":{',
    '\n\n',
    'event: end\n',
    '{"done":true',
    '"delta":"',
    '}',
    '"',
    '\\',
  )
  const soup = fc.array(fc.oneof(word, fc.string())).map((parts) => Buffer.from(parts.join('')))
  fc.assert(
    fc.property(apis, heads, soup, fc.boolean(), (api, head, bytes, asked) => {
      const { observation } = follow(
        requestOf(api, { asked_by_gateway: asked }),
        { head, bytes },
        'ollama',
        [1, 7, 20].filter((at) => at < bytes.length),
      )
      expect(observation.deltas).toBeGreaterThanOrEqual(0)
      expect(untimed(observation).error_code ?? 'none').toMatch(/^[A-Za-z][A-Za-z_0-9]{1,47}$/)
    }),
    { numRuns: 500 },
  )
})
