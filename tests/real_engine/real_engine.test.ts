import { monitorEventLoopDelay } from 'node:perf_hooks'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TelemetryEvent } from '../../contracts/index.ts'
import { callOrch } from '../telemetry/cli/support/call_orch.ts'
import { servedRate } from '../telemetry/cli/support/serving_double.ts'
import { runGateway, type TestGateway } from '../telemetry/gateway/support/run_gateway.ts'
import { parseLines } from '../telemetry/support/run_orch.ts'
import { IS_SUPPORTED } from './install.ts'
import type { EngineRecord } from './support/engine.ts'
import { type RunningEngine, startEngine } from './support/start_engine.ts'

/** What samples say of a real engine, held against the engine's own count and clock. */

const MODEL = 'random-words-F32.gguf'
const SHAPE = { layers: 4, width: 256, heads: 4, feed_forward: 704, context: 1024, words: 1024 }
const SEQUENCES = 4
/** Two processes on a busy machine: a hang or a wrong unit shows, the exact time is measured by the bench. */
const SLACK = { ratio: 3, ms: 2000 }

describe.runIf(IS_SUPPORTED)('samples of llama.cpp', () => {
  let engine: RunningEngine
  let gateway: TestGateway
  let client: OpenAI
  beforeAll(async () => {
    engine = await startEngine(SHAPE, SEQUENCES)
    const upstream = [{ url: engine.url, engine: 'llama.cpp', engine_version: engine.release }]
    gateway = await runGateway({ upstream })
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
  })
  afterAll(async () => {
    await gateway?.close()
    await engine?.close()
  })

  async function ask(content: string, max_tokens: number): Promise<{ sample: TelemetryEvent; record: EngineRecord }> {
    gateway.samples.length = 0
    const messages = [{ role: 'user' as const, content }]
    const options = { stream: true, stream_options: { include_usage: true } } as const
    const stream = await client.chat.completions.create({ model: MODEL, messages, max_tokens, ...options })
    for await (const _ of stream);
    const [sample] = await gateway.collect(1)
    return { sample: sample!, record: (await engine.records()).at(-1)! }
  }

  test.each([1, 7, 120])('count the %i tokens of an answer exactly', async (limit) => {
    const { sample, record } = await ask('w1 w2 w3', limit)
    expect(sample).toMatchObject({
      model_ref: expect.stringMatching(/^random-words-F32/),
      engine: 'llama.cpp',
      engine_version: engine.release,
      exit: 'ok',
      tokens_in: record.tokens_in,
      tokens_out: limit,
      measurement_type: 'single_stream',
      concurrency: 1,
    })
    expect(record.tokens_out).toBe(limit)
  })

  test('time a long answer as the engine does', async () => {
    const { sample, record } = await ask('w1 '.repeat(100), 200)
    expect(sample.first_token_ms! - record.first_token_ms).toBeGreaterThan(-1)
    expect(sample.first_token_ms! - record.first_token_ms).toBeLessThan(SLACK.ms)
    expect(sample.decode_time_ms! / record.decode_time_ms).toBeGreaterThan(1 / SLACK.ratio)
    expect(sample.decode_time_ms! / record.decode_time_ms).toBeLessThan(SLACK.ratio)
  })

  test('of answers that the engine decodes in one batch are no single streams', async () => {
    gateway.samples.length = 0
    const messages = [{ role: 'user' as const, content: 'w5 w6' }]
    const requests = Array.from({ length: SEQUENCES }, () =>
      client.chat.completions.create({ model: MODEL, messages, max_tokens: 150 }),
    )
    const answers = await Promise.all(requests)
    expect(answers.map(({ usage }) => usage?.completion_tokens)).toEqual(Array(SEQUENCES).fill(150))
    for (const sample of await gateway.collect(SEQUENCES))
      expect(sample).toMatchObject({ exit: 'ok', measurement_type: 'batched_online', tokens_out: 150 })
  })

  test('are found by orch bench at each load with the throughput of the engine', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const begun: number[] = []
    const onError = (text: string) => void (/^\d+ streams? …/.test(text) && begun.push(Date.now()))
    const at = ['--url', engine.url, '--model', MODEL, '--engine', 'llama.cpp', '--model-ref', 'random-words']
    const load = ['--concurrency', `1,${SEQUENCES}`, '--input-tokens', '40', '--output-tokens', '120']
    const options = { terminal: { error: true }, onError }
    const { code, out } = await callOrch(['bench', ...at, ...load, '--prompts', '2', '--json'], options)
    expect(code).toBe(0)
    const runs = parseLines(out).filter((line) => 'origin' in line)
    const records = await engine.records()
    const phases = begun.map((from, i) =>
      records.filter(({ arrived_at }) => arrived_at >= from && arrived_at < (begun[i + 1] ?? Number.POSITIVE_INFINITY)),
    )
    for (const [i, { concurrency, output_tps, requests, tokens_out }] of runs.entries()) {
      expect({ requests, tokens_out }).toEqual({ requests: 2 * (concurrency as number), tokens_out: 120 })
      const tokens = phases[i]!.flatMap(({ token_at }) => token_at)
      const served = phases[i]!.map((record) => ({
        arrived_at: record.arrived_at,
        ended_at: record.token_at.at(-1)!,
        finished: record.tokens_out === 120,
      }))
      const { rate, window_ms } = servedRate({ streams: concurrency as number, requests: served, tokens })
      // Where this process was late in reading, it saw the window begin or end as much later.
      const late = (2 * (delay.max / 1e6)) / window_ms
      expect(Math.abs((output_tps as number) / rate - 1)).toBeLessThan(0.05 + late)
    }
  })
})
