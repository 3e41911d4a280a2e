import http from 'node:http'
import { afterEach, expect, test } from 'vitest'
import {
  type DoubleOptions,
  type EngineDouble,
  joinTokens,
  startEngineDouble,
} from '../../support/engine_doubles/index.ts'

let double: EngineDouble

afterEach(() => double.close())

const CHAT = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'hi' }] })

async function start(options: Partial<DoubleOptions>): Promise<void> {
  double = await startEngineDouble('vllm', options)
}

function chat(headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${double.url}/v1/chat/completions`, { method: 'POST', body: CHAT, headers })
}

test('a double keeps its times, never early, and notes them', async () => {
  await start({ ttft_ms: 30, tpot_ms: 4, tokens: 6 })
  const late: number[] = []
  for (let i = 0; i < 5; i++) {
    await (await chat()).text()
    const { accepted_at, first_token_at, last_token_at, finished, tokens } = double.answers[i]!
    expect({ finished, tokens }).toEqual({ finished: true, tokens: 6 })
    late.push(first_token_at! - accepted_at - 30, last_token_at! - first_token_at! - 20)
  }
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0)
})

test('a request overrules the options in a header, and is recorded as it came', async () => {
  await start({ ttft_ms: 1, tpot_ms: 0, tokens: 3 })
  const text = await (await chat({ 'x-double': '{"tokens":2}', authorization: 'Bearer x' })).text()
  expect(text.match(/"finish_reason":null/g)).toHaveLength(3)
  expect(double.requests[0]).toMatchObject({ method: 'POST', path: '/v1/chat/completions' })
  expect(double.requests[0]!.body.toString()).toBe(CHAT)
  expect(double.requests[0]!.headers.authorization).toBe('Bearer x')
})

test('a client that goes away is noted', async () => {
  await start({ ttft_ms: 1, tpot_ms: 20, tokens: 100 })
  const abort = new AbortController()
  const response = await fetch(`${double.url}/v1/chat/completions`, {
    method: 'POST',
    body: CHAT,
    signal: abort.signal,
  })
  await response.body!.getReader().read()
  abort.abort()
  const answer = await double.settled(0)
  expect(answer).toMatchObject({ aborted: true, finished: false })
  expect(answer.tokens).toBeLessThan(100)
})

test('a reset and a refusal are what they say', async () => {
  await start({ ttft_ms: 1, tpot_ms: 0, tokens: 4, outcome: 'reset' })
  await expect(chat().then((response) => response.text())).rejects.toThrow()
  expect(await double.settled(0)).toMatchObject({ tokens: 2, finished: false })
  double.set({ outcome: 'error', status: 429 })
  const refused = await chat()
  expect(refused.status).toBe(429)
  expect(await refused.json()).toMatchObject({ error: { code: 429 } })
})

test('gzip, pieces and trailers change the bytes on the way, not the answer', async () => {
  await start({ ttft_ms: 1, tpot_ms: 0, tokens: 4 })
  const plain = await (await chat()).text()
  double.set({ gzip: true, trailers: true, piece_bytes: 7 })
  const coded = await chat()
  expect(coded.headers.get('content-encoding')).toBe('gzip')
  expect(await coded.text()).toBe(plain)
  const trailers = await new Promise((resolve) => {
    const request = http.request(`${double.url}/v1/chat/completions`, { method: 'POST' }, (response) => {
      response.resume().on('end', () => resolve(response.trailers))
    })
    request.end(CHAT)
  })
  expect(trailers).toEqual({ 'x-double-trailer': 'tokens=4' })
})

test('a response that is not streamed gives the same as the stream', async () => {
  await start({ ttft_ms: 1, tpot_ms: 0, tokens: 10 })
  const body = CHAT.replace('true', 'false')
  const response = await fetch(`${double.url}/v1/chat/completions`, { method: 'POST', body })
  expect(await response.json()).toMatchObject({
    choices: [{ message: { content: joinTokens(0, 10) }, finish_reason: 'stop' }],
    usage: { completion_tokens: 10 },
  })
})
