import { describe, expect, test } from 'vitest'
import { startEngineDouble, tokenText } from '../../support/engine_doubles/index.ts'
import { ENGINES, pathOf, ROUTES } from './support/routes.ts'
import { runGateway } from './support/run_gateway.ts'
import { send } from './support/send.ts'

const TASKS_PER_ROUTE = 3
const OPTIONS = { ttft_ms: 6, tpot_ms: 2, tokens: 6 }
/** Samples state times to a thousandth of a millisecond. */
const ROUNDING_MS = 0.001

interface Times {
  timing_source: string
  first_token_ms: number
  decode_time_ms: number
}

/**
 * However busy the machine is: the engine has written a token before the gateway sees it, and the gateway sees it before the client does. How
 * many milliseconds lie between them is measured by the bench.
 */
describe('the times of a stream', () => {
  test.each(ENGINES)('lie between what %s kept and what the client saw', async (engine) => {
    const double = await startEngineDouble(engine, OPTIONS)
    const gateway = await runGateway({ upstream: [{ url: double.url }] })
    const routes = ROUTES.filter((known) => known.engine === engine)
    const seen: ClientTimes[] = []
    for (let i = 0; i < TASKS_PER_ROUTE; i++)
      for (const route of routes) seen.push(await timeClient(gateway.url, route.path, route.body(true)))
    const samples = (await gateway.collect(seen.length)) as Times[]
    samples.forEach((sample, i) => {
      const { sent_at, first_token_at, ended_at } = seen[i]!
      const kept = double.answers[i]!
      // If a busy machine lets tokens come together, the engine's own time of decoding counts, back from the end.
      const latest = sample.timing_source === 'engine' ? ended_at - sample.decode_time_ms : first_token_at
      expectBetween(sample.first_token_ms, kept.first_token_at! - kept.accepted_at, latest - sent_at)
      expectBetween(sample.decode_time_ms, kept.last_token_at! - first_token_at, ended_at - kept.first_token_at!)
      expect(sample.decode_time_ms).toBeGreaterThan(0)
    })
    await gateway.close()
    await double.close()
  })
})

interface ClientTimes {
  sent_at: number
  /** When the first text of an answer was there. */
  first_token_at: number
  ended_at: number
}

async function timeClient(url: string, path: string, body: object): Promise<ClientTimes> {
  const sent_at = performance.now()
  let first_token_at = Number.NaN
  const leaveAt = (received: string) => {
    if (Number.isNaN(first_token_at) && received.includes(tokenText(0))) first_token_at = performance.now()
    return false
  }
  await send(url, path, body, { leaveAt })
  return { sent_at, first_token_at, ended_at: performance.now() }
}

/** Longer than a whole answer takes from one process to the next on a busy machine. */
const WAY_MS = 200

function expectBetween(value: number, least: number, most: number): void {
  expect(value).toBeGreaterThanOrEqual(least - ROUNDING_MS)
  expect(value).toBeLessThanOrEqual(most + ROUNDING_MS)
}

describe('the times of an answer in one piece', () => {
  test.each(['llama.cpp', 'ollama'] as const)('come from the decode time that %s told', async (engine) => {
    const double = await startEngineDouble(engine, OPTIONS)
    const gateway = await runGateway({ upstream: [{ url: double.url }] })
    const routes = ROUTES.filter((route) => route.engine === engine && route.whole_timing === 'engine')
    for (const route of routes) await send(gateway.url, pathOf(route, false), route.body(false))
    const samples = (await gateway.collect(routes.length)) as Times[]
    samples.forEach(({ first_token_ms, decode_time_ms }, i) => {
      const { accepted_at, first_token_at, last_token_at } = double.answers[i]!
      // What the way took, and what went before the engine took the request, is part of the time to the first token.
      expectBetween(first_token_ms, first_token_at! - accepted_at, first_token_at! - accepted_at + WAY_MS)
      expect(decode_time_ms).toBeCloseTo(last_token_at! - first_token_at!, 2)
    })
    await gateway.close()
    await double.close()
  })
})
