import { describe, expect, test } from 'vitest'
import { createResponseReader } from '../../../telemetry/wire/create_reader.ts'
import { readTaskRequest } from '../../../telemetry/wire/read_request.ts'
import { UsageHabit } from '../../../telemetry/wire/usage_habit.ts'

const VLLM = { engine: 'vllm', engine_version: '0.11.0', source: '/version' }
const HEAD = { status: 200, content_type: 'text/event-stream' }
const TOKEN = 'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}\n\n'
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}\n\n'
const DONE = 'data: [DONE]\n\n'

/** One stream of a client that asks for no usage, unless `options` says so; what the client gets. */
function stream(habit: UsageHabit, answer: string, identity = VLLM, options = {}): string {
  const body = Buffer.from(JSON.stringify({ model: 'm', stream: true, messages: [], ...options }))
  const request = readTaskRequest('openai.chat', body, identity.engine, '', habit.mayAsk(identity))!
  const reader = habit.watch(createResponseReader(request, HEAD, identity.engine), request, identity.engine)
  const passed = reader.push(Buffer.from(answer), 1)
  const { rest } = reader.end()
  return `${passed ?? ''}${rest ?? ''}`
}

describe('a server that may be set to send usage to everyone', () => {
  test('is not asked before a stream showed that it does not', () => {
    const habit = new UsageHabit()
    expect(habit.mayAsk(VLLM)).toBe(false)
    stream(habit, TOKEN + DONE)
    expect(habit.mayAsk(VLLM)).toBe(true)
    expect(stream(habit, TOKEN + USAGE + DONE)).toBe(TOKEN + DONE)
  })

  test('goes on sending it, if it did', () => {
    const habit = new UsageHabit()
    for (let i = 0; i < 2; i++) expect(stream(habit, TOKEN + USAGE + DONE)).toBe(TOKEN + USAGE + DONE)
    expect(habit.mayAsk(VLLM)).toBe(false)
  })

  test.each([
    ['a stream that broke off', TOKEN, {}],
    ['a stream whose client asked', TOKEN + USAGE + DONE, { stream_options: { include_usage: true } }],
    ['an answer in one piece', '{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}', { stream: false }],
  ])('is not known from %s', (_, answer, options) => {
    const habit = new UsageHabit()
    stream(habit, answer, VLLM, options)
    stream(habit, TOKEN)
    expect(habit.mayAsk(VLLM)).toBe(false)
    expect(stream(habit, TOKEN + USAGE + DONE)).toContain('usage')
  })

  test('is asked anew if it is another one', () => {
    const habit = new UsageHabit()
    stream(habit, TOKEN + DONE)
    expect(habit.mayAsk({ ...VLLM, engine_version: '0.12.0' })).toBe(false)
    stream(habit, TOKEN + DONE, VLLM)
    habit.forget()
    expect(habit.mayAsk(VLLM)).toBe(false)
  })
})

test('a server that tells whether it sends usage is believed, and one without such a setting is asked', () => {
  const habit = new UsageHabit()
  expect(habit.mayAsk({ ...VLLM, engine: 'sglang', sends_usage: true })).toBe(false)
  expect(habit.mayAsk({ ...VLLM, engine: 'sglang' })).toBe(true)
  expect(habit.mayAsk({ ...VLLM, engine: 'ollama' })).toBe(true)
})
