import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Admission } from '../../../telemetry/gateway/admission.ts'
import { type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { awaitLoad, runGateway, type TestGateway } from './support/run_gateway.ts'
import { send } from './support/send.ts'

describe('the places of an upstream', () => {
  const step = fc.oneof(fc.constant('acquire'), fc.constant('release'), fc.constant('leave'))

  test('are never more than allowed, are given in the order of arrival, and none is lost', async () => {
    const property = fc.asyncProperty(
      fc.nat(4),
      fc.nat(4),
      fc.array(step, { maxLength: 60 }),
      async (max_concurrency, max_queue, steps) => {
        const admission = new Admission({ max_concurrency, max_queue })
        const inside: EventEmitter[] = []
        let waiting: EventEmitter[] = []
        for (const what of steps) {
          const first = waiting[0]
          if (what === 'acquire') {
            const client = new EventEmitter()
            const full = waiting.length === max_queue
            const before = admission.waiting
            void admission.acquire(client).then((how) => {
              if (how === 'at_once' || how === 'after_waiting') inside.push(client)
              else expect([how, how === 'refused' ? full : false]).not.toEqual(['refused', false])
            })
            if (admission.waiting > before) waiting.push(client)
          } else if (what === 'leave') waiting.pop()?.emit('close')
          else if (inside.shift() !== undefined) admission.release()
          await Promise.resolve()
          if (what === 'release' && first && waiting.length > 0 && max_concurrency > 0) expect(inside).toContain(first)
          waiting = waiting.filter((client) => !inside.includes(client))
          expect(admission.in_flight).toBe(inside.length)
          expect(admission.waiting).toBe(waiting.length)
          if (max_concurrency > 0) expect(inside.length).toBeLessThanOrEqual(max_concurrency)
          expect(waiting.length).toBeLessThanOrEqual(max_queue)
          if (waiting.length > 0) expect(inside.length).toBe(max_concurrency)
        }
      },
    )
    await fc.assert(property)
  })
})

describe('a busy upstream', () => {
  const TASK = { model: 'm', messages: [], stream: true }
  let double: EngineDouble
  let gateway: TestGateway

  beforeAll(async () => {
    double = await startEngineDouble('vllm', { ttft_ms: 10, tpot_ms: 1, tokens: 3 })
    gateway = await runGateway({ upstream: [{ url: double.url, max_concurrency: 1, max_queue: 1 }] })
  })
  beforeEach(() => {
    gateway.samples.length = 0
  })
  afterAll(async () => {
    await gateway.close()
    await double.close()
  })

  const ask = () => send(gateway.url, '/v1/chat/completions', TASK)
  /** A task that has the place for long enough to arrange others behind it. */
  const askForLong = () =>
    send(gateway.url, '/v1/chat/completions', TASK, { headers: { 'x-double': '{"ttft_ms":700}' } })

  test('lets one wait, refuses the next, and says when to come back', async () => {
    const running = askForLong()
    await awaitLoad(gateway, 1, 0)
    const waiting = ask()
    await awaitLoad(gateway, 1, 1)
    const refused_at = performance.now()
    const refused = await ask()
    expect(refused.status).toBe(429)
    expect(refused.headers['retry-after']).toBe('1')
    expect(JSON.parse(refused.body)).toMatchInlineSnapshot(`
      {
        "error": {
          "code": "queue_full",
          "message": "The engine is busy and the queue before it is full. Try again later.",
          "param": null,
          "type": "rate_limit_error",
        },
      }
    `)
    expect([(await running).status, (await waiting).status]).toEqual([200, 200])
    const samples = await gateway.collect(3)
    expect(samples.map(({ exit }) => exit)).toEqual(['reject', 'ok', 'ok'])
    expect(samples[0]).toMatchObject({ error_code: 'queue_full', first_token_ms: null, tokens_out: 0 })
    expect(samples[0]).not.toHaveProperty('concurrency')
    // The one that waited counts its wait, and did not have the engine's time to itself.
    expect(samples[1]).toMatchObject({ measurement_type: 'single_stream', concurrency: 1 })
    expect(samples[2]).toMatchObject({ measurement_type: 'batched_online', concurrency: 1 })
    const [first, second] = double.answers
    expect(second!.accepted_at).toBeGreaterThan(first!.last_token_at!)
    expect(samples[2]!.first_token_ms!).toBeGreaterThan(second!.first_token_at! - refused_at)
  })

  test('frees the place of a client that goes away while it waits', async () => {
    const before = double.answers.length
    const running = askForLong()
    await awaitLoad(gateway, 1, 0)
    const leaving = new AbortController()
    const left = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(TASK),
      signal: leaving.signal,
    })
    await awaitLoad(gateway, 1, 1)
    leaving.abort()
    await expect(left).rejects.toThrow()
    await awaitLoad(gateway, 1, 0)
    const waiting = ask()
    expect([(await running).status, (await waiting).status]).toEqual([200, 200])
    const samples = await gateway.collect(3)
    expect(samples.map(({ exit }) => exit)).toEqual(['cancel', 'ok', 'ok'])
    expect(double.answers.length - before).toBe(2)
  })

  test('records no refused task that it would not have sampled with a place', async () => {
    const running = [askForLong(), ask()]
    await awaitLoad(gateway, 1, 1)
    const refused = await send(gateway.url, '/v1/images/generations', { model: 'm', prompt: 'a cat' })
    expect(refused.status).toBe(429)
    await Promise.all(running)
    expect((await gateway.collect(2)).map(({ exit }) => exit)).toEqual(['ok', 'ok'])
  })

  test('refuses in the form of the API', async () => {
    const running = [askForLong(), ask()]
    await awaitLoad(gateway, 1, 1)
    const refused = await send(gateway.url, '/api/chat', { model: 'm', messages: [{}] })
    expect(refused.status).toBe(429)
    expect(JSON.parse(refused.body)).toEqual({
      error: 'The engine is busy and the queue before it is full. Try again later.',
    })
    await Promise.all(running)
  })
})
