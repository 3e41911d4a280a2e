import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTaskRequest } from '../../../telemetry/wire/read_request.ts'
import { skimObject } from '../../../telemetry/wire/skim_object.ts'
import { TASK_APIS } from '../../../telemetry/wire/types.ts'

const body = (value: unknown) => Buffer.from(JSON.stringify(value))
const read = (value: unknown, engine = 'vllm', api: (typeof TASK_APIS)[number] = 'openai.chat') =>
  readTaskRequest(api, Buffer.isBuffer(value) ? value : body(value), engine)

describe('a streamed request', () => {
  const stream = { model: 'Qwen/Qwen3-8B', stream: true, messages: [{ role: 'user', content: 'hello "}{' }] }

  test('asks for the usage chunk, every other byte as it was', () => {
    const sent = body(stream)
    const request = read(sent)!
    expect(request).toMatchObject({ model: 'Qwen/Qwen3-8B', stream: true, asked_by_gateway: true })
    expect(request.body.toString()).toBe(`{"stream_options":{"include_usage":true},${sent.toString().slice(1)}`)
    expect(JSON.parse(request.body.toString())).toEqual({ ...stream, stream_options: { include_usage: true } })
  })

  test.each([
    [
      '{"model":"m","stream":true,"stream_options":null}',
      '{"model":"m","stream":true,"stream_options":{"include_usage":true}}',
    ],
    [
      '{"model":"m","stream":true,"stream_options":{}}',
      '{"model":"m","stream":true,"stream_options":{"include_usage":true}}',
    ],
    [
      '{"model":"m", "stream_options" : { "a":1 }, "stream":true}',
      '{"model":"m", "stream_options" : {"include_usage":true, "a":1 }, "stream":true}',
    ],
  ])('%s asks within its own options', (sent, upstream) => {
    expect(read(Buffer.from(sent))!.body.toString()).toBe(upstream)
  })

  test.each([true, false])('that says include_usage: %s is left as it is', (include_usage) => {
    const sent = body({ ...stream, stream_options: { include_usage } })
    const request = read(sent)!
    expect(request.asked_by_gateway).toBe(false)
    expect(request.body).toBe(sent)
  })

  test('that sets continuous_usage_stats is left as it is, because the question would switch them on', () => {
    const sent = body({ ...stream, stream_options: { continuous_usage_stats: true } })
    expect(read(sent)).toMatchObject({ asked_by_gateway: false, asks_usage: false, body: sent })
  })

  test.each(['unknown', 'llama.cpp', 'triton', 'some-engine'])('asks nothing of %s', (engine) => {
    const sent = body(stream)
    expect(read(sent, engine)).toEqual({
      api: 'openai.chat',
      model: stream.model,
      stream: true,
      body: sent,
      asks_usage: false,
      asked_by_gateway: false,
      sequences: 1,
      is_task: true,
      sampled: true,
    })
  })

  test('of an API that reports its counts unasked is left as it is', () => {
    expect(read({ model: 'm', stream: true, input: 'x' }, 'vllm', 'openai.responses')!.asked_by_gateway).toBe(false)
    expect(read({ model: 'm', prompt: 'x' }, 'ollama', 'ollama.generate')).toMatchObject({
      stream: true,
      asked_by_gateway: false,
    })
  })
})

describe('a request', () => {
  test.each([
    [{ n: 8 }, 'openai.chat', 8],
    [{ n: 2, best_of: 3, prompt: ['a', 'b'] }, 'openai.completions', 6],
    [{ prompt: [[1, 2], [3]] }, 'openai.completions', 2],
    [{ prompt: [1, 2, 3] }, 'openai.completions', 1],
    [{ prompt: 'a, "b"' }, 'openai.completions', 1],
    [{ prompt: ['a', 'b', 'c'] }, 'llamacpp.completion', 3],
    [{ text: ['a', 'b'], sampling_params: { n: 2 } }, 'native.generate', 4],
    [{ inputs: 'a', parameters: { best_of: 2 } }, 'native.generate', 2],
    [{ input: ['a', 'b'] }, 'ollama.embed', 2],
    [{ n: null, prompt: [] }, 'openai.completions', 1],
  ] as const)('%j of %s is for %i sequences', (values, api, sequences) => {
    expect(read({ model: 'm', ...values }, 'vllm', api)).toMatchObject({ sequences })
  })

  test.each([
    [{ model: 'm' }, 'ollama.generate', 'ollama', { is_task: false }],
    [{ model: 'm', prompt: '', keep_alive: 0 }, 'ollama.generate', 'ollama', { is_task: false }],
    [{ model: 'm', prompt: 'x' }, 'ollama.generate', 'ollama', { is_task: true, sampled: true }],
    [{ model: 'gpt-oss:120b-cloud' }, 'openai.chat', 'ollama', { sampled: false }],
    [{ model: 'gpt-oss:120b-cloud' }, 'openai.chat', 'vllm', { sampled: true }],
    [{ model: 'm', prompt: 'a cat' }, 'images', 'vllm', { is_task: true, sampled: false }],
    [{ inputs: 'x' }, 'native.generate', 'lmstudio', { is_task: true, sampled: false }],
  ] as const)('%j of %s at %s is %j', (values, api, engine, expected) => {
    expect(read(values, engine, api)).toMatchObject(expected)
  })

  test('with a file names its model in a field of the form', () => {
    const part = (name: string, value: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    const form = Buffer.from(`${part('file', 'RIFF"model"')}${part('model', 'openai/whisper-1')}--b--\r\n`)
    expect(read(form, 'vllm', 'audio')).toMatchObject({ model: 'openai/whisper-1', sampled: false, body: form })
  })

  test('of Triton names its model in the path', () => {
    const request = readTaskRequest(
      'native.generate',
      body({ text_input: 'x' }),
      'triton',
      '/v2/models/a%2Fb/generate_stream',
    )
    expect(request).toMatchObject({ model: 'a/b', stream: true, sampled: true })
  })

  test('in one piece is asked nothing', () => {
    expect(read({ model: 'm', messages: [] })).toMatchObject({ stream: false, asked_by_gateway: false })
    expect(read({ model: 'm', messages: [], stream: false }, 'ollama', 'ollama.chat')).toMatchObject({ stream: false })
  })

  test('of TGI names no model, and streams by its path', () => {
    const sent = body({ inputs: 'x' })
    expect(readTaskRequest('native.generate', sent, 'tgi', '/generate_stream?x')).toMatchObject({
      model: '',
      stream: true,
    })
    expect(readTaskRequest('native.generate', sent, 'tgi', '/generate')).toMatchObject({ model: '', stream: false })
  })

  test('may leave the model to the engine, but not give an invalid name', () => {
    expect(read({ messages: [] }, 'llama.cpp')).toMatchObject({ model: '' })
    for (const model of [null, 7, '', ['m']]) expect(read({ model, messages: [] }, 'llama.cpp')).toBeNull()
  })

  test('of llama-orch names its model_ref', () => {
    expect(read({ model_ref: 'hf:a/b', prompt: 'x' }, 'llama-orch', 'orch.tasks')).toMatchObject({
      model: 'hf:a/b',
      stream: true,
    })
  })

  test.each([
    '',
    'null',
    '[]',
    '{"model":"m"',
    '{"model":"m"} x',
    '{"model":1}',
    '{model:"m"}',
    '{"model":"m",}',
  ])('%j is not read', (text) => expect(read(Buffer.from(text))).toBeNull())

  test('of several megabytes is read without building it', () => {
    const image = 'A'.repeat(8_000_000)
    const request = read({ messages: [{ content: image }], model: 'm', stream: true })!
    expect(request.model).toBe('m')
    expect(request.body.length).toBeGreaterThan(8_000_000)
  })

  test('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...TASK_APIS), (bytes, api) => {
        expect(() => readTaskRequest(api, Buffer.from(bytes), 'vllm')).not.toThrow()
      }),
    )
  })
})

test('skimming finds what JSON.parse finds, in any layout', () => {
  const layouts = fc.constantFrom(undefined, 1, '\t', '\r\n ')
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), layouts, (object, indent) => {
      const bytes = Buffer.from(JSON.stringify(object, null, indent))
      const text = bytes.toString('latin1')
      const spans = skimObject(text)!
      const plain = Object.keys(object).map((key) => Buffer.from(JSON.stringify(key).slice(1, -1)).toString('latin1'))
      expect([...spans.keys()].sort()).toEqual(plain.sort())
      for (const [key, { start, end }] of spans) {
        const name = JSON.parse(`"${Buffer.from(key, 'latin1').toString()}"`) as string
        expect(JSON.parse(bytes.subarray(start, end).toString())).toEqual(JSON.parse(JSON.stringify(object[name])))
      }
    }),
  )
})

test('an asked body is the body and the question, in any layout', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 2), (extra, indent) => {
      const { stream_options: _, ...rest } = extra
      const request = read(Buffer.from(JSON.stringify({ ...rest, model: 'm', stream: true }, null, indent)))!
      const asked = { ...rest, model: 'm', stream: true, stream_options: { include_usage: true } }
      expect(JSON.parse(request.body.toString())).toEqual(JSON.parse(JSON.stringify(asked)))
    }),
  )
})
