import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KnownEngine } from '../../../telemetry/engines/types.ts'
import { readTaskRequest } from '../../../telemetry/wire/read_request.ts'
import type { Observation, TaskApi } from '../../../telemetry/wire/types.ts'
import { type DoubleOptions, type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { follow, headOf, type Recorded, record, requestOf, untimed } from './follow.ts'

const PATHS: Partial<Record<TaskApi, string>> = {
  'openai.chat': '/v1/chat/completions',
  'openai.completions': '/v1/completions',
  'openai.responses': '/v1/responses',
  'openai.embeddings': '/v1/embeddings',
  'ollama.generate': '/api/generate',
  'ollama.chat': '/api/chat',
  'anthropic.messages': '/v1/messages',
  'llamacpp.completion': '/completion',
}

/** The path of an engine's own `/generate`, streamed and in one piece. */
const NATIVE_PATHS: Partial<Record<KnownEngine, [stream: string, whole: string]>> = {
  tgi: ['/generate_stream', '/generate'],
  sglang: ['/generate', '/generate'],
  vllm: ['/inference/v1/generate', '/inference/v1/generate'],
  triton: ['/v2/models/qwen3-8b/generate_stream', '/v2/models/qwen3-8b/generate'],
}

const OPENAI: TaskApi[] = ['openai.chat', 'openai.completions']
const SPOKEN: [KnownEngine, TaskApi[]][] = [
  ['vllm', [...OPENAI, 'openai.responses', 'anthropic.messages', 'native.generate']],
  ['llama.cpp', [...OPENAI, 'openai.responses', 'anthropic.messages', 'llamacpp.completion']],
  ['ollama', [...OPENAI, 'openai.responses', 'anthropic.messages', 'ollama.generate', 'ollama.chat']],
  ['sglang', [...OPENAI, 'openai.responses', 'anthropic.messages', 'native.generate']],
  ['tgi', ['openai.chat', 'native.generate']],
  ['tensorrt-llm', OPENAI],
  ['triton', [...OPENAI, 'native.generate']],
  ['lmstudio', ['openai.chat', 'openai.responses']],
  ['nim', OPENAI],
]
const CASES = SPOKEN.flatMap(([engine, apis]) => apis.map((api) => [engine, api] as const))

/** Streams in which nothing but `[DONE]` ends the count: neither asked nor told. */
const UNCOUNTED = new Set([
  'triton openai.chat',
  'triton openai.completions',
  'triton native.generate',
  'lmstudio openai.completions',
])
/** What tells the tokens of an answer, but not those of its prompt, which came as tokens. */
const PROMPT_UNCOUNTED = 'vllm native.generate'

const doubles = new Map<KnownEngine, EngineDouble>()
const OPTIONS: Partial<DoubleOptions> = {
  ttft_ms: 4,
  tpot_ms: 0,
  tokens: 9,
  tokens_in: 23,
  tokens_in_cached: 5,
  empty_chunks: 2,
}

beforeAll(async () => {
  for (const [engine] of SPOKEN) doubles.set(engine, await startEngineDouble(engine, OPTIONS))
})
afterAll(async () => {
  for (const double of doubles.values()) await double.close()
})

function bodyOf(api: TaskApi, stream: boolean): Buffer {
  const text =
    { 'openai.chat': 'messages', 'ollama.chat': 'messages', 'native.generate': 'inputs' }[api as string] ?? 'prompt'
  // TGI tells its counts in a stream only if asked for details.
  const details = api === 'native.generate' ? { parameters: { details: true } } : {}
  return Buffer.from(JSON.stringify({ model: 'Qwen/Qwen3-8B', [text]: 'hi', stream, ...details }))
}

/** What a client gets without the gateway, and what the gateway gets. */
async function exchange(engine: KnownEngine, api: TaskApi, options: Partial<DoubleOptions>, stream = true) {
  const double = doubles.get(engine)!
  double.set({ ...OPTIONS, kind: 'text', outcome: 'ok', piece_bytes: 0, null_usage_if_asked: false, ...options })
  const path = PATHS[api] ?? NATIVE_PATHS[engine]![stream ? 0 : 1]
  const body = bodyOf(api, stream)
  const request = readTaskRequest(api, body, engine, path)!
  const direct = await record(double, path, body)
  return { request, direct, gateway: request.asked_by_gateway ? await record(double, path, request.body) : direct }
}

/** llama.cpp and Ollama tell durations, which differ from one answer to the next. */
function steady(bytes: Buffer): string {
  return bytes.toString().replace(/"(prompt_\w+|predicted_\w+|\w+_duration)":-?[\d.e+-]+/g, '"$1":0')
}

function expectCounts(seen: Observation, engine: string, api: TaskApi): void {
  expect(seen).toMatchObject({ error_code: null, deltas: 9 })
  expect(seen.complete || seen.ends_with_body).toBe(true)
  if (UNCOUNTED.has(`${engine} ${api}`)) {
    expect(seen).toMatchObject({ tokens_in: null, tokens_out: null })
    return
  }
  expect(seen).toMatchObject({ tokens_in: PROMPT_UNCOUNTED === `${engine} ${api}` ? null : 23, tokens_out: 9 })
}

describe.each(CASES)('%s, %s', (engine, api) => {
  test('a stream is counted, and reaches the client as if usage had not been requested', async () => {
    const { request, direct, gateway } = await exchange(engine, api, {})
    const { client, observation, rewrites } = follow(request, gateway, engine)
    expectCounts(observation, engine, api)
    expect(rewrites).toBe(request.asked_by_gateway)
    expect(steady(client)).toBe(steady(direct.bytes))
  })

  test.each(['reasoning', 'tool'] as const)('%s is seen as tokens', async (kind) => {
    const { request, direct, gateway } = await exchange(engine, api, { kind })
    const { client, observation } = follow(request, gateway, engine)
    const native = kind === 'tool' && api.startsWith('ollama.')
    expect(observation).toMatchObject({
      error_code: null,
      deltas: native && api === 'ollama.chat' ? 1 : native ? 0 : 9,
    })
    expect(steady(client)).toBe(steady(direct.bytes))
  })

  test('a failure within the stream is a code, never a message', async () => {
    const { request, direct, gateway } = await exchange(engine, api, { outcome: 'error_event' })
    const { client, observation } = follow(request, gateway, engine)
    expect(observation.deltas).toBe(4)
    expect(observation.error_code).toMatch(/^[A-Za-z_]{3,48}$|^http_\d{3}$/)
    // Some count as they go.
    expect(observation.tokens_out ?? 0).toBeLessThanOrEqual(4)
    expect(steady(client)).toBe(steady(direct.bytes))
  })

  test('an answer in one piece is counted', async () => {
    const { request, gateway } = await exchange(engine, api, {}, false)
    const { client, observation } = follow(request, gateway, engine)
    expect(client.equals(gateway.bytes)).toBe(true)
    expect(observation).toMatchObject({ complete: true, error_code: null })
    const isCounted = `${engine} ${api}` !== 'triton native.generate'
    const isPromptCounted = isCounted && `${engine} ${api}` !== PROMPT_UNCOUNTED
    expect(observation).toMatchObject({ tokens_in: isPromptCounted ? 23 : null, tokens_out: isCounted ? 9 : null })
  })

  test('any cut of the stream gives the same', async () => {
    const { request, gateway } = await exchange(engine, api, { kind: 'reasoning' })
    const whole = follow(request, gateway, engine)
    const cuts = fc.array(fc.nat({ max: gateway.bytes.length }), { maxLength: 60 })
    const property = fc.property(cuts, (places) => {
      const cut = follow(request, gateway, engine, places)
      expect(cut.client.equals(whole.client)).toBe(true)
      expect(untimed(cut.observation)).toEqual(untimed(whole.observation))
    })
    fc.assert(property, { numRuns: 60 })
    const bytewise = follow(request, gateway, engine, [...gateway.bytes.keys()])
    expect(bytewise.client.equals(whole.client)).toBe(true)
    expect(untimed(bytewise.observation)).toEqual(untimed(whole.observation))
  })

  test('so does CRLF', async () => {
    const { request, direct, gateway } = await exchange(engine, api, {})
    const crlf = ({ head, bytes }: Recorded) => ({
      head,
      bytes: Buffer.from(bytes.toString().replaceAll('\n', '\r\n')),
    })
    const { client, observation } = follow(request, crlf(gateway), engine, [1, 50, 51, 200, 333])
    expectCounts(observation, engine, api)
    expect(steady(client)).toBe(steady(crlf(direct).bytes))
  })
})

/** Within a microsecond, the times that the engine's double kept in its last answer. */
function expectTimesKept(engine: KnownEngine, seen: Observation): void {
  const { accepted_at, first_token_at, last_token_at } = doubles.get(engine)!.answers.at(-1)!
  expect(seen.engine_first_token_ms).toBeCloseTo(first_token_at! - accepted_at, 3)
  expect(seen.engine_decode_time_ms).toBeCloseTo(last_token_at! - first_token_at!, 3)
  expect(seen.engine_decode_time_ms).toBeGreaterThan(8)
}

describe('engines that time themselves', () => {
  test('llama.cpp: first to last token, cached tokens part of the prompt', async () => {
    const { request, gateway } = await exchange('llama.cpp', 'openai.chat', {
      ttft_ms: 12,
      tpot_ms: 3,
      tokens: 5,
      drafted: 6,
    })
    const { observation } = follow(request, gateway, 'llama.cpp')
    expect(observation).toMatchObject({ tokens_in: 23, tokens_in_cached: 5, tokens_out: 5, speculative: true })
    expectTimesKept('llama.cpp', observation)
  })

  test.each([true, false])('Ollama: cold start %s', async (cold) => {
    const { request, gateway } = await exchange('ollama', 'ollama.chat', { ttft_ms: 12, tpot_ms: 3, tokens: 5, cold })
    const { observation } = follow(request, gateway, 'ollama')
    expect(observation.cold_start).toBe(cold)
    expectTimesKept('ollama', observation)
  })
})

test('older vLLM: a null usage that is only there because usage was requested is removed', async () => {
  const { request, direct, gateway } = await exchange('vllm', 'openai.chat', { null_usage_if_asked: true })
  expect(gateway.bytes.toString()).toContain('"usage":null')
  const property = fc.property(fc.array(fc.nat({ max: gateway.bytes.length }), { maxLength: 60 }), (places) => {
    expect(follow(request, gateway, 'vllm', places).client.toString()).toBe(direct.bytes.toString())
  })
  fc.assert(property, { numRuns: 60 })
})

test('embeddings have a prompt and no generated tokens', async () => {
  const { request, gateway } = await exchange('vllm', 'openai.embeddings', {}, false)
  const { observation } = follow(request, gateway, 'vllm')
  expect(observation).toMatchObject({ complete: true, tokens_in: 23, tokens_out: null })
})

test('embeddings of megabytes are read at their end', () => {
  const request = requestOf('openai.embeddings', { stream: false })
  const data = Array.from({ length: 40 }, () => ({ embedding: Array.from({ length: 1024 }, (_, i) => Math.sin(i)) }))
  const bytes = Buffer.from(JSON.stringify({ object: 'list', data, usage: { prompt_tokens: 77, total_tokens: 77 } }))
  const head = { status: 200, content_type: 'application/json' }
  const cuts = Array.from({ length: 20 }, (_, i) => i * 40_000)
  expect(bytes.length).toBeGreaterThan(700_000)
  expect(follow(request, { head, bytes }, 'vllm', cuts).observation).toMatchObject({ complete: true, tokens_in: 77 })
})

test('a llama-orch task ends with its end event', async () => {
  const double = await startEngineDouble('llama-orch', { ttft_ms: 4, tpot_ms: 2, tokens: 5, tokens_in: 23 })
  const body = Buffer.from('{"model_ref":"hf:a/b","prompt":"x","task_id":"t-1"}')
  const request = readTaskRequest('orch.tasks', body, 'llama-orch')!
  await record(double, '/v2/tasks', body)
  const response = await fetch(`${double.url}/v2/tasks/t-1/events`)
  const recorded = { head: headOf(response), bytes: Buffer.from(await response.arrayBuffer()) }
  const { observation, client } = follow(request, recorded, 'llama-orch', [3, 99])
  expect(observation).toMatchObject({ complete: true, deltas: 5, tokens_out: 5, tokens_in: 23 })
  expect(observation.engine_decode_time_ms).toBeGreaterThanOrEqual(8)
  expect(client.equals(recorded.bytes)).toBe(true)
  await double.close()
})
