import { describe, expect, test } from 'vitest'
import { createResponseReader } from '../../../telemetry/wire/create_reader.ts'
import type { Observation, TaskApi } from '../../../telemetry/wire/types.ts'
import { follow, requestOf } from './follow.ts'

const SSE = { status: 200, content_type: 'text/event-stream' }
const JSON_HEAD = { status: 200, content_type: 'application/json', header: () => '9' }

const events = (...data: object[]) => data.map((value) => `data: ${JSON.stringify(value)}\n\n`)
const named = (type: string, value: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`
const delta = (members: object) => ({ choices: [{ index: 0, delta: members, finish_reason: null }] })

/** What is seen of a stream whose events arrive 10 ms apart. */
function stream(api: TaskApi, parts: string[], engine = 'vllm', head = SSE): Observation {
  const reader = createResponseReader(requestOf(api), head, engine)
  parts.forEach((part, i) => void reader.push(Buffer.from(part), (i + 1) * 10))
  return reader.end().observation
}

function whole(api: TaskApi, body: unknown, engine = 'vllm', head = JSON_HEAD): Observation {
  const bytes = Buffer.from(JSON.stringify(body))
  return follow(requestOf(api, { stream: false }), { head, bytes }, engine, [7, 300_000]).observation
}

describe('the Messages API of Anthropic', () => {
  const start = named('message_start', {
    message: { usage: { input_tokens: 20, cache_read_input_tokens: 5, output_tokens: 0 } },
  })
  const block = (content_block: object) => named('content_block_start', { index: 0, content_block })
  const piece = (values: object) => named('content_block_delta', { index: 0, delta: values })
  const end = [named('message_delta', { delta: {}, usage: { output_tokens: 6 } }), named('message_stop', {})]

  test('is read from message_start to message_stop', () => {
    const parts = [start, named('ping', {}), block({ type: 'thinking', thinking: '' }), piece({ thinking: 'hm' })]
    parts.push(
      piece({ type: 'signature_delta', signature: 'x' }),
      block({ type: 'text', text: '' }),
      piece({ text: 'a' }),
    )
    parts.push(block({ type: 'tool_use', name: 'look_up', input: {} }), piece({ partial_json: '{}' }), ...end)
    expect(stream('anthropic.messages', parts)).toMatchObject({
      first_token_at: 40,
      last_token_at: 90,
      deltas: 4,
      pieces: 4,
      tokens_in: 25,
      tokens_in_cached: 5,
      tokens_out: 6,
      complete: true,
    })
  })

  test('is a failure with its type, and cut without its end', () => {
    const failure = named('error', { error: { type: 'overloaded_error', message: 'prompt of Jane' } })
    expect(stream('anthropic.messages', [start, failure])).toMatchObject({
      error_code: 'overloaded_error',
      complete: false,
    })
    expect(stream('anthropic.messages', [start, piece({ text: 'a' })])).toMatchObject({ complete: false, deltas: 1 })
  })

  test('is read in one piece', () => {
    const usage = { input_tokens: 20, cache_read_input_tokens: 5, output_tokens: 6 }
    const seen = whole('anthropic.messages', { type: 'message', content: [], usage })
    expect(seen).toMatchObject({ tokens_in: 25, tokens_in_cached: 5, tokens_out: 6, complete: true, pieces: 1 })
  })
})

describe('/generate belongs to the engine', () => {
  const meta = (completion_tokens: number) => ({ prompt_tokens: 7, completion_tokens, cached_tokens: 2 })

  test('SGLang: the text so far, and the counts in meta_info', () => {
    const parts = events({ text: ' a', meta_info: meta(1) }, { text: ' a b', meta_info: meta(3) })
    const counts = { tokens_in: 7, tokens_in_cached: 2, tokens_out: 3, complete: true }
    expect(stream('native.generate', [...parts, 'data: [DONE]\n\n'], 'sglang')).toMatchObject({ ...counts, deltas: 2 })
    expect(whole('native.generate', { text: ' a b', meta_info: meta(3) }, 'sglang')).toMatchObject(counts)
    expect(whole('native.generate', [{ meta_info: meta(3) }, { meta_info: meta(4) }], 'sglang')).toMatchObject({
      tokens_in: 14,
      tokens_out: 7,
    })
    const failure = events({ error: { message: 'prompt of Jane', type: 'BadRequestError' } })
    expect(stream('native.generate', failure, 'sglang')).toMatchObject({ error_code: 'BadRequestError' })
  })

  test('Triton: text_output, which ends with the body and is not counted', () => {
    const parts = events({ model_name: 'm', text_output: ' a' }, { model_name: 'm', text_output: ' b' })
    const uncounted = { tokens_out: null, complete: false, ends_with_body: true }
    expect(stream('native.generate', parts, 'triton')).toMatchObject({ ...uncounted, deltas: 2 })
    expect(whole('native.generate', { text_output: ' a b' }, 'triton')).toMatchObject({
      tokens_out: null,
      complete: true,
    })
    expect(stream('native.generate', events({ error: 'no' }), 'triton').error_code).toBe('stream_error')
  })

  test('vLLM: token ids', () => {
    const choice = (...token_ids: number[]) => ({ choices: [{ index: 0, token_ids }] })
    const parts = [...events(choice(1), choice(2, 3)), 'data: [DONE]\n\n']
    expect(stream('native.generate', parts)).toMatchObject({ tokens_out: 3, deltas: 2, complete: true })
    expect(whole('native.generate', choice(1, 2, 3))).toMatchObject({ tokens_out: 3, complete: true })
  })
})

describe("llama.cpp's own API", () => {
  const timings = { cache_n: 1, prompt_n: 4, prompt_ms: 9, predicted_n: 2, predicted_ms: 8 }

  test('/completion ends with stop and timings', () => {
    const parts = events(
      { content: ' a', stop: false },
      { content: ' b', stop: false },
      { content: '', stop: true, timings },
    )
    const seen = { tokens_in: 5, tokens_out: 2, engine_decode_time_ms: 8, complete: true }
    expect(stream('llamacpp.completion', parts, 'llama.cpp')).toMatchObject({ ...seen, deltas: 2 })
    expect(stream('llamacpp.completion', parts.slice(0, 2), 'llama.cpp').complete).toBe(false)
    expect(whole('llamacpp.completion', { content: ' a b', stop: true, timings }, 'llama.cpp')).toMatchObject(seen)
  })

  test('several prompts are answered with an array, whose tokens add up', () => {
    const seen = whole('llamacpp.completion', [{ timings }, { timings }], 'llama.cpp')
    expect(seen).toMatchObject({ tokens_in: 10, tokens_out: 4, complete: true, engine_decode_time_ms: null })
  })

  test('/embedding tells no tokens', () => {
    expect(whole('openai.embeddings', [{ index: 0, embedding: [[0.1]] }], 'llama.cpp')).toMatchObject({
      complete: true,
      tokens_in: null,
    })
  })
})

test.each([
  ['ollama.embed', { embeddings: [[1]], total_duration: 5, prompt_eval_count: 3 }, 'ollama', 3],
  ['rerank', { results: [], usage: { total_tokens: 56 } }, 'vllm', 56],
  ['score', { data: [], usage: { prompt_tokens: 9, total_tokens: 9, completion_tokens: 0 } }, 'vllm', 9],
  ['classify', { data: [], usage: { prompt_tokens: 4, total_tokens: 4 } }, 'vllm', 4],
  ['pooling', [{ embedding: [1], meta_info: { prompt_tokens: 6 } }], 'sglang', 6],
] as const)('%s has a prompt only', (api, body, engine, tokens_in) => {
  expect(whole(api, body, engine)).toMatchObject({ complete: true, ends_with_body: true, tokens_in })
})

describe('Ollama', () => {
  const line = (values: object) => `${JSON.stringify({ model: 'm', ...values })}\n`
  const head = { status: 200, content_type: 'application/x-ndjson' }

  test('that forwards to another machine says so', () => {
    const remote = { remote_model: 'm', remote_host: 'https://ollama.com:443' }
    const parts = [line({ ...remote, message: { content: 'a' }, done: false })]
    expect(stream('ollama.chat', parts, 'ollama', head)).toMatchObject({ remote: true, complete: false })
    expect(whole('ollama.chat', { ...remote, done: true }, 'ollama').remote).toBe(true)
    expect(whole('ollama.chat', { remote_host: '', done: true }, 'ollama').remote).toBe(false)
  })

  test.each(['load', 'unload'])('that answers with %s did nothing else', (done_reason) => {
    expect(whole('ollama.chat', { message: { content: '' }, done: true, done_reason }, 'ollama').is_control).toBe(true)
  })
})

describe('pieces', () => {
  const chunk = (content: string) => events(delta({ content }))[0]!

  test('are deltas apart in time', () => {
    const reader = createResponseReader(requestOf('openai.chat'), SSE, 'vllm')
    reader.push(Buffer.from(chunk('a') + chunk('b')), 10)
    reader.push(Buffer.from(chunk('c')), 10.1)
    reader.push(Buffer.from(chunk('d')), 20)
    expect(reader.end().observation).toMatchObject({ deltas: 4, pieces: 2 })
  })

  test.each([
    ['that was not sent is hidden', { content: 'a' }, 7],
    ['that was sent is not', { reasoning_content: 'a' }, 0],
    ['that was sent as content is not', { content: 'a' }, 0],
  ])('reasoning %s', (_, first, hidden_tokens) => {
    const sent = hidden_tokens === 0 && 'content' in first ? 8 : 3
    const parts = Array.from({ length: sent }, () => events(delta(first))[0]!)
    const usage = { prompt_tokens: 3, completion_tokens: 10, completion_tokens_details: { reasoning_tokens: 7 } }
    expect(stream('openai.chat', [...parts, ...events({ choices: [], usage })])).toMatchObject({ hidden_tokens })
  })

  test("of llama-swap's text about a model that it loads are none", () => {
    const texts = [
      '━━━━━\n',
      'llama-swap loading model: m\n',
      '.',
      '\nDone! (7.26s)\n',
      '━━━━━\n',
      ' \n',
      'so',
      ' be it',
    ]
    const parts = texts.flatMap((reasoning_content) => events(delta({ reasoning_content })))
    const seen = stream('openai.chat', [...parts, ...events(delta({ content: 'a' }))])
    expect(seen).toMatchObject({ first_token_at: 70, deltas: 3, pieces: 3, cold_start: true })
  })
})

test('vLLM tells its times in metrics', () => {
  const metrics = { time_to_first_token_ms: 85.2, generation_time_ms: 1240.5, queue_time_ms: 12.3 }
  const seen = { engine_first_token_ms: 85.2, engine_decode_time_ms: 1240.5 }
  expect(stream('openai.chat', events(delta({ content: 'a' }), { choices: [], usage: {}, metrics }))).toMatchObject(
    seen,
  )
  expect(whole('openai.chat', { choices: [], metrics })).toMatchObject(seen)
})

describe('a stream whose content type does not say so', () => {
  const parts = [...events(delta({ content: 'a' }), delta({ content: 'b' })), 'data: [DONE]\n\n']
  test.each([undefined, 'text/plain', 'application/octet-stream', 'application/json'])('%s is read', (content_type) => {
    expect(stream('openai.chat', parts, 'vllm', { status: 200, content_type: content_type! })).toMatchObject({
      streamed: true,
      deltas: 2,
      complete: true,
    })
  })

  test('and an answer in one piece where a stream was asked for is one', () => {
    const body = { choices: [{ message: { content: 'a' } }], usage: { prompt_tokens: 3, completion_tokens: 1 } }
    const head = { status: 200, content_type: 'application/json' }
    expect(stream('openai.chat', [JSON.stringify(body)], 'vllm', head)).toMatchObject({
      streamed: false,
      tokens_out: 1,
    })
  })
})

test.each(['before', 'behind'])('counts %s megabytes are found', (place) => {
  const many = Array.from({ length: 30_000 }, (_, i) => ({ token: 'abc', logprob: -i }))
  const counts = {
    usage: { prompt_tokens: 900, completion_tokens: 1000 },
    timings: { predicted_n: 1000, predicted_ms: 9000 },
  }
  const body =
    place === 'before' ? { ...counts, choices: many } : { choices: many, ...counts, more: many.slice(0, 900) }
  expect(whole('openai.chat', body, 'llama.cpp')).toMatchObject({
    complete: true,
    tokens_in: 900,
    tokens_out: 1000,
    engine_decode_time_ms: 9000,
  })
})
