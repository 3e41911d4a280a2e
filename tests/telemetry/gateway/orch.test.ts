import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { runGateway, sleep, type TestGateway, until } from './support/run_gateway.ts'
import { send } from './support/send.ts'

const TASK = { model_ref: 'hf:Qwen/Qwen3-8B', prompt: 'hello', max_tokens: 8 }

describe('the data plane of llama-orch', () => {
  let double: EngineDouble
  let gateway: TestGateway
  let tasks = 0

  beforeAll(async () => {
    double = await startEngineDouble('llama-orch', { ttft_ms: 30, tpot_ms: 5, tokens: 8, tokens_in: 17 })
    gateway = await runGateway({ upstream: [{ url: double.url }] })
  })
  beforeEach(() => {
    gateway.samples.length = 0
  })
  afterAll(async () => {
    await gateway.close()
    await double.close()
  })

  async function create(outcome: object = {}): Promise<string> {
    const task_id = `my-task-${++tasks}`
    const headers = { 'x-double': JSON.stringify(outcome) }
    const answer = await send(gateway.url, '/v2/tasks', { ...TASK, task_id }, { headers })
    expect(answer.status).toBe(202)
    return task_id
  }

  const follow = (id: string, leaveAt?: (body: string) => boolean) =>
    send(gateway.url, `/v2/tasks/${id}/events`, null, { leaveAt })

  test('is one task from its creation to the end event', async () => {
    const id = await create()
    expect(gateway.samples).toEqual([])
    const events = await follow(id)
    expect(events.body).toContain('event: end')
    const [sample] = await gateway.collect(1)
    expect(sample).toMatchObject({
      exit: 'ok',
      engine: 'llama-orch',
      model_ref: 'hf:Qwen/Qwen3-8B',
      tokens_in: 17,
      tokens_out: 8,
      streamed: true,
      // On a busy machine the events are read late and together: then the engine's time counts.
      timing_source: expect.stringMatching(/^(gateway|engine)$/),
      measurement_type: 'single_stream',
    })
    const kept = await double.settled(double.answers.length - 1)
    expect(sample!.first_token_ms).toBeGreaterThan(kept.first_token_at! - kept.accepted_at - 1)
    // The ids that clients see stay out of the sample.
    expect(JSON.stringify(sample)).not.toContain('my-task')
  })

  test('counts the time between creation and the first look at the events', async () => {
    const id = await create()
    await sleep(60)
    await follow(id)
    const [sample] = await gateway.collect(1)
    expect(sample!.first_token_ms).toBeGreaterThanOrEqual(59)
  })

  test('is cancelled by a client that leaves the events', async () => {
    await follow(await create({ outcome: 'stall' }), (body) => body.includes('"i":3'))
    expect(await gateway.collect(1)).toMatchObject([{ exit: 'cancel', tokens_out: 4, tokens_estimated: true }])
  })

  test('is cancelled by a request, before its events are read and while they are', async () => {
    const unread = await create()
    expect((await send(gateway.url, `/v2/tasks/${unread}/cancel`, {})).status).toBe(204)
    expect(await gateway.collect(1)).toMatchObject([{ exit: 'cancel', tokens_out: 0, first_token_ms: null }])
    const read = await create({ ttft_ms: 5, tpot_ms: 100 })
    const events = follow(read)
    await until(() => double.answers.at(-1)!.tokens > 0)
    await send(gateway.url, `/v2/tasks/${read}/cancel`, {})
    expect((await events).ended).toBe('whole')
    const samples = await gateway.collect(2)
    expect(samples[1]).toMatchObject({ exit: 'cancel', tokens_estimated: true })
    expect(samples[1]!.tokens_out).toBeGreaterThan(0)
  })

  test('ends in an error within the events', async () => {
    await follow(await create({ outcome: 'error_event' }))
    expect(await gateway.collect(1)).toMatchObject([{ exit: 'error', error_code: 'POOL_UNAVAILABLE', tokens_out: 4 }])
  })

  test.each([
    [429, 'reject'],
    [503, 'error'],
  ])('that was refused with %i is a sample at once: %s', async (status, exit) => {
    const headers = { 'x-double': JSON.stringify({ outcome: 'error', status }) }
    expect((await send(gateway.url, '/v2/tasks', TASK, { headers })).status).toBe(status)
    expect(await gateway.collect(1)).toMatchObject([{ exit, error_code: `http_${status}` }])
  })

  test('passes the events of a task that it does not know, unsampled', async () => {
    expect((await follow('never-created')).status).toBe(404)
    await gateway.collect(0)
  })
})
