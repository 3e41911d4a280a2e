import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateText, streamText } from 'ai'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { ENGINES } from './support/routes.ts'
import { runGateway, type TestGateway } from './support/run_gateway.ts'

const TOKENS = 6
const messages = [{ role: 'user' as const, content: 'hello' }]

/** What a client makes of an answer is the same with the gateway and without; the samples are right. */
function withEngine(engine: EngineDouble['engine']) {
  const parts = {} as { double: EngineDouble; gateway: TestGateway }
  beforeAll(async () => {
    parts.double = await startEngineDouble(engine, { ttft_ms: 4, tpot_ms: 1, tokens: TOKENS, tokens_in: 11 })
    parts.gateway = await runGateway({ upstream: [{ url: parts.double.url }] })
  })
  beforeEach(() => {
    parts.gateway.samples.length = 0
    parts.double.set({ outcome: 'ok', kind: 'text' })
  })
  afterAll(async () => {
    await parts.gateway.close()
    await parts.double.close()
  })
  return parts
}

async function collectAll<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const part of stream) all.push(part)
  return all
}

describe.each(ENGINES)('the openai client on %s', (engine) => {
  const parts = withEngine(engine)
  const client = (url: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'sk-test', maxRetries: 0 })
  const both = () => [client(parts.gateway.url), client(parts.double.url)] as const

  test('gets the same chunks of a chat', async () => {
    const ask = async (openai: OpenAI) =>
      collectAll(await openai.chat.completions.create({ model: 'm', messages, stream: true }))
    const [through, direct] = both()
    const chunks = await ask(through)
    expect(withoutTimes(chunks)).toEqual(withoutTimes(await ask(direct)))
    expect(chunks.every(({ usage }) => !usage)).toBe(true)
    expect(await parts.gateway.collect(1)).toMatchObject([{ exit: 'ok', tokens_out: TOKENS, streamed: true }])
  })

  test('gets the usage that it asks for itself', async () => {
    const stream_options = { include_usage: true }
    const ask = async (openai: OpenAI) =>
      collectAll(await openai.chat.completions.create({ model: 'm', messages, stream: true, stream_options }))
    const [through, direct] = both()
    const chunks = await ask(through)
    expect(withoutTimes(chunks)).toEqual(withoutTimes(await ask(direct)))
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: TOKENS })
    expect(await parts.gateway.collect(1)).toMatchObject([{ exit: 'ok', tokens_in: 11, tokens_out: TOKENS }])
  })

  test('gets the same answer in one piece', async () => {
    const ask = (openai: OpenAI) => openai.chat.completions.create({ model: 'm', messages })
    const [through, direct] = both()
    expect(withoutTimes(await ask(through))).toEqual(withoutTimes(await ask(direct)))
    await parts.gateway.collect(1)
  })

  test('cancels the engine when it aborts', async () => {
    parts.double.set({ outcome: 'stall' })
    const [through] = both()
    const stream = await through.chat.completions.create({ model: 'm', messages, stream: true })
    const seen: string[] = []
    for await (const { choices } of stream) {
      const text = choices[0]?.delta.content
      if (text) seen.push(text)
      if (seen.length === TOKENS / 2) break
    }
    const [sample] = await parts.gateway.collect(1)
    expect(sample).toMatchObject({ exit: 'cancel', tokens_out: TOKENS / 2, tokens_estimated: true })
    expect((await parts.double.settled(parts.double.answers.length - 1)).aborted).toBe(true)
  })

  test('throws the same error', async () => {
    parts.double.set({ outcome: 'error', status: 503 })
    const ask = (openai: OpenAI) => openai.chat.completions.create({ model: 'm', messages }).catch((error) => error)
    const [through, direct] = both()
    const [error, expected] = [await ask(through), await ask(direct)]
    expect(error).toBeInstanceOf(OpenAI.InternalServerError)
    expect([error.status, error.message]).toEqual([expected.status, expected.message])
    expect(await parts.gateway.collect(1)).toMatchObject([{ exit: 'error', error_code: 'http_503' }])
  })
})

describe('the openai client on vllm, beyond chats', () => {
  const parts = withEngine('vllm')
  const client = (url: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'sk-test', maxRetries: 0 })

  test('gets the same events of a response', async () => {
    const ask = async (url: string) =>
      collectAll(await client(url).responses.create({ model: 'm', input: 'hello', stream: true }))
    expect(await ask(parts.gateway.url)).toEqual(await ask(parts.double.url))
    expect(await parts.gateway.collect(1)).toMatchObject([{ exit: 'ok', tokens_in: 11, tokens_out: TOKENS }])
  })

  test('gets the same embeddings, which generate no token', async () => {
    const ask = (url: string) => client(url).embeddings.create({ model: 'm', input: 'hello' })
    expect(await ask(parts.gateway.url)).toEqual(await ask(parts.double.url))
    const [sample] = await parts.gateway.collect(1)
    expect(sample).toMatchObject({ exit: 'ok', tokens_in: 11, tokens_out: 0, streamed: false, decode_time_ms: 0 })
    expect(sample).not.toHaveProperty('tokens_estimated')
  })

  test('gets the same list of models', async () => {
    const ask = async (url: string) => (await client(url).models.list()).data
    expect(await ask(parts.gateway.url)).toEqual(await ask(parts.double.url))
    await parts.gateway.collect(0)
  })
})

describe('the ollama client', () => {
  const parts = withEngine('ollama')
  const client = (url: string) => new Ollama({ host: url })

  test('gets the same lines of a chat and of a completion', async () => {
    const chat = async (url: string) =>
      collectAll(await client(url).chat({ model: 'llama3.1:8b', messages, stream: true }))
    const text = async (url: string) =>
      collectAll(await client(url).generate({ model: 'llama3.1:8b', prompt: 'hello', stream: true }))
    const { gateway, double } = parts
    for (const ask of [chat, text])
      expect(withoutTimes(await ask(gateway.url))).toEqual(withoutTimes(await ask(double.url)))
    const samples = await gateway.collect(2)
    for (const sample of samples)
      expect(sample).toMatchObject({
        exit: 'ok',
        engine: 'ollama',
        model_ref: 'llama3.1:8b',
        tokens_out: TOKENS,
        streamed: true,
      })
  })

  test('gets the same answer in one piece, with the engine own times in the sample', async () => {
    const ask = (url: string) => client(url).chat({ model: 'llama3.1:8b', messages })
    const { gateway, double } = parts
    expect(withoutTimes(await ask(gateway.url))).toEqual(withoutTimes(await ask(double.url)))
    expect(await gateway.collect(1)).toMatchObject([{ exit: 'ok', timing_source: 'engine', streamed: false }])
  })

  test('aborts the engine too', async () => {
    parts.double.set({ outcome: 'stall' })
    const stream = await client(parts.gateway.url).chat({ model: 'llama3.1:8b', messages, stream: true })
    let lines = 0
    const read = async () => {
      for await (const _ of stream) if (++lines === TOKENS / 2) stream.abort()
    }
    await expect(read()).rejects.toThrow(/abort/i)
    expect(await parts.gateway.collect(1)).toMatchObject([{ exit: 'cancel', tokens_out: TOKENS / 2 }])
  })

  test('throws the same error before a stream and within it', async () => {
    const { gateway, double } = parts
    const ask = async (url: string) => {
      try {
        return await collectAll(await client(url).chat({ model: 'llama3.1:8b', messages, stream: true }))
      } catch (error) {
        return (error as Error).message
      }
    }
    for (const outcome of ['error', 'error_event'] as const) {
      double.set({ outcome, status: 500 })
      const message = await ask(gateway.url)
      expect(message).toBe(await ask(double.url))
      expect(message).toContain('The engine failed')
    }
    expect((await gateway.collect(2)).map(({ exit }) => exit)).toEqual(['error', 'error'])
  })
})

describe('the AI SDK', () => {
  const parts = withEngine('vllm')
  const model = (baseURL: string) =>
    createOpenAICompatible({ name: 'double', baseURL: `${baseURL}/v1`, apiKey: 'sk-test' })('m')

  test('gets the same text in one piece', async () => {
    const ask = async (url: string) => {
      const { text, usage, finishReason } = await generateText({ model: model(url), prompt: 'hello' })
      return { text, usage, finishReason }
    }
    expect(await ask(parts.gateway.url)).toEqual(await ask(parts.double.url))
    expect(await parts.gateway.collect(1)).toMatchObject([{ exit: 'ok', tokens_out: TOKENS, streamed: false }])
  })

  test.each(['text', 'reasoning'] as const)('gets the same stream of %s', async (kind) => {
    parts.double.set({ kind })
    const ask = async (url: string) => {
      const result = streamText({ model: model(url), prompt: 'hello' })
      return {
        parts: await collectAll(result.textStream),
        reasoning: await result.reasoningText,
        usage: await result.usage,
      }
    }
    expect(await ask(parts.gateway.url)).toEqual(await ask(parts.double.url))
    expect(await parts.gateway.collect(1)).toMatchObject([{ exit: 'ok', tokens_out: TOKENS, streamed: true }])
  })

  test('cancels the engine when it aborts', async () => {
    parts.double.set({ outcome: 'stall' })
    const abort = new AbortController()
    const { textStream } = streamText({ model: model(parts.gateway.url), prompt: 'hello', abortSignal: abort.signal })
    let seen = 0
    for await (const _ of textStream) if (++seen === TOKENS / 2) abort.abort()
    expect(await parts.gateway.collect(1)).toMatchObject([{ exit: 'cancel', tokens_out: TOKENS / 2 }])
  })
})

/** Durations are of the one run that they tell of. */
function withoutTimes(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (key, value) => (/(_duration|_ms|_per_second)$/.test(key) ? null : value))
}
