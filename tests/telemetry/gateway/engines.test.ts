import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { ENGINES, pathOf, ROUTES } from './support/routes.ts'
import { runGateway, type TestGateway } from './support/run_gateway.ts'
import { send } from './support/send.ts'

/** Tokens of an answer; half of them come before a failure. */
const TOKENS = 8
const BEFORE_FAILURE = TOKENS / 2
const TOKENS_IN = 17

describe.each(ENGINES)('%s', (engine) => {
  let double: EngineDouble
  let gateway: TestGateway

  beforeAll(async () => {
    double = await startEngineDouble(engine, { ttft_ms: 4, tpot_ms: 4, tokens: TOKENS, tokens_in: TOKENS_IN })
    gateway = await runGateway({ upstream: [{ url: double.url }] })
    // The first stream shows whether the engine sends usage to everyone; until then it is not asked for it.
    const [first] = ROUTES.filter((route) => route.engine === engine)
    await send(gateway.url, pathOf(first!, true), first!.body(true))
    await gateway.collect(1)
  })
  afterAll(async () => {
    await gateway.close()
    await double.close()
  })

  describe.each(ROUTES.filter((route) => route.engine === engine))('$path', (route) => {
    /** Runs one task and returns its only sample. */
    async function run(stream: boolean, outcome: object = {}, leaveAfter = 0) {
      gateway.samples.length = 0
      const headers = { 'x-double': JSON.stringify(outcome) }
      const pieces = (body: string) => body.split('\n').filter((line) => /"|token/.test(line)).length
      const leaveAt = leaveAfter > 0 ? (body: string) => pieces(body) >= leaveAfter : undefined
      const answer = await send(gateway.url, pathOf(route, stream), route.body(stream), { headers, leaveAt })
      const [sample] = await gateway.collect(1)
      return { answer, sample: sample! }
    }

    const facts = () => ({
      engine,
      engine_version: double.engine === 'lmstudio' ? 'unknown' : expect.stringMatching(/^[0-9a-z]/),
      model_ref: route.model_ref,
      tenant_id: 'anon',
      measurement_type: 'single_stream',
      concurrency: 1,
    })

    test('ok, streamed', async () => {
      const { sample, answer } = await run(true)
      const counts = route.stream_counts
        ? { tokens_in: TOKENS_IN, tokens_out: TOKENS }
        : { tokens_in: 0, tokens_out: TOKENS, tokens_estimated: true }
      expect(answer.ended).toBe('whole')
      expect(sample).toMatchObject({ ...facts(), ...counts, exit: 'ok', streamed: true })
      // On a busy machine tokens may arrive together: then the engine's time counts, if it tells one.
      expect(['gateway', route.whole_timing]).toContain(sample.timing_source)
      expect(sample.tokens_estimated).toBe(route.stream_counts ? undefined : true)
      expect(sample.error_code).toBeUndefined()
    })

    test('ok, in one piece', async () => {
      const { sample, answer } = await run(false)
      const counts = {
        tokens_in: route.engine === 'tgi' && route.whole_path ? TOKENS_IN : TOKENS_IN,
        tokens_out: TOKENS,
      }
      expect(answer.status).toBe(200)
      expect(sample).toMatchObject({ ...facts(), ...counts, exit: 'ok', streamed: false })
      expect(sample.timing_source).toBe(route.whole_timing)
      if (route.whole_timing === 'gateway') expect(sample.decode_time_ms).toBe(0)
      else expect(sample.decode_time_ms).toBeGreaterThan(0)
    })

    test('cancelled in the middle', async () => {
      const { sample, answer } = await run(true, { outcome: 'stall' }, BEFORE_FAILURE)
      expect(answer.ended).toBe('left')
      expect(sample).toMatchObject({ ...facts(), exit: 'cancel', tokens_estimated: true })
      expect(sample.tokens_out).toBeGreaterThan(0)
      expect(sample.tokens_out).toBeLessThanOrEqual(BEFORE_FAILURE)
      expect((await double.settled(double.answers.length - 1)).aborted).toBe(true)
    })

    test('an error before the stream', async () => {
      const { sample, answer } = await run(true, { outcome: 'error', status: 500 })
      expect(answer.status).toBe(500)
      expect(sample).toMatchObject({ ...facts(), exit: 'error', error_code: 'http_500', tokens_out: 0 })
      expect(sample).toMatchObject({ first_token_ms: null, decode_time_ms: null })
    })

    test('an error within the stream', async () => {
      const { sample } = await run(true, { outcome: 'error_event' })
      expect(sample).toMatchObject({ ...facts(), exit: 'error', tokens_out: BEFORE_FAILURE, tokens_estimated: true })
      expect(sample.error_code).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
    })

    test('a connection that the engine resets', async () => {
      const { sample, answer } = await run(true, { outcome: 'reset' })
      expect(answer.ended).toBe('broken')
      expect(sample).toMatchObject({ ...facts(), exit: 'error', error_code: 'upstream_reset' })
      expect(sample.tokens_out).toBeLessThanOrEqual(BEFORE_FAILURE)
    })

    test('a rejection by the engine', async () => {
      const { sample, answer } = await run(true, { outcome: 'error', status: 429 })
      expect(answer.status).toBe(429)
      expect(sample).toMatchObject({ ...facts(), exit: 'reject', error_code: 'http_429', tokens_out: 0 })
    })
  })
})
