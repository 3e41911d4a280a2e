import http from 'node:http'
import { describe, expect, test } from 'vitest'
import type { KnownEngine } from '../../../telemetry/engines/types.ts'
import { createResponseReader } from '../../../telemetry/wire/create_reader.ts'
import { matchTaskApi } from '../../../telemetry/wire/match_api.ts'
import { readTaskRequest } from '../../../telemetry/wire/read_request.ts'
import { type Answer, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { ENGINES, pathOf, ROUTES } from './support/routes.ts'
import { runGateway } from './support/run_gateway.ts'
import { send } from './support/send.ts'

const TASKS_PER_ROUTE = 40
/** How far a sample may be from the times that the engine kept, at the 95th percentile. */
const TOLERANCE_MS = 2

interface Times {
  first_token_ms: number
  decode_time_ms: number
}

/** Runs streams one after the other, in turn through the gateway and directly; returns how far each is from what the double kept. */
async function measureStreams(engine: KnownEngine): Promise<{ gateway: Times[]; direct: Times[] }> {
  const double = await startEngineDouble(engine, { ttft_ms: 6, tpot_ms: 1, tokens: 6 })
  const gateway = await runGateway({ upstream: [{ url: double.url }] })
  const direct: Times[] = []
  try {
    for (let i = 0; i < TASKS_PER_ROUTE; i++)
      for (const route of ROUTES.filter((known) => known.engine === engine)) {
        await send(gateway.url, route.path, route.body(true))
        direct.push(await timeDirectly(double.url, route.path, JSON.stringify(route.body(true)), engine))
      }
    const samples = (await gateway.collect(direct.length)) as Times[]
    const turn = (offset: number) => double.answers.filter((_, i) => i % 2 === offset)
    return { gateway: deviations(samples, turn(0)), direct: deviations(direct, turn(1)) }
  } finally {
    await gateway.close()
    await double.close()
  }
}

/** The times of a task as a client of the engine itself sees them. */
function timeDirectly(url: string, path: string, body: string, engine: string): Promise<Times> {
  const request = readTaskRequest(matchTaskApi('POST', path)!, Buffer.from(body), engine, path)!
  return new Promise((resolve, reject) => {
    const sent_at = performance.now()
    const call = http.request(url + path, { method: 'POST', agent: new http.Agent() }, (response) => {
      const head = { status: response.statusCode!, content_type: response.headers['content-type'] }
      const reader = createResponseReader(request, head, engine)
      response.on('data', (bytes: Buffer) => void reader.push(bytes, performance.now()))
      response.on('end', () => {
        const { first_token_at, last_token_at } = reader.end().observation
        resolve({ first_token_ms: first_token_at! - sent_at, decode_time_ms: last_token_at! - first_token_at! })
      })
    })
    call.on('error', reject)
    call.end(body)
  })
}

function deviations(times: readonly Times[], answers: readonly Answer[]): Times[] {
  return times.map(({ first_token_ms, decode_time_ms }, i) => {
    const { accepted_at, first_token_at, last_token_at } = answers[i]!
    return {
      first_token_ms: Math.abs(first_token_ms - (first_token_at! - accepted_at)),
      decode_time_ms: Math.abs(decode_time_ms - (last_token_at! - first_token_at!)),
    }
  })
}

function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1]!
}

/**
 * Others may use the machine meanwhile, and stop this process for longer than the tolerance. What a client without a
 * gateway is off by that is not the gateway's doing, and half of the tasks escape it.
 */
describe('the times of a stream', { retry: 2 }, () => {
  test.each(ENGINES)('are those that %s kept', async (engine) => {
    const { gateway, direct } = await measureStreams(engine)
    for (const key of ['first_token_ms', 'decode_time_ms'] as const) {
      const [through, beside] = [gateway, direct].map((all) => all.map((times) => times[key]))
      const stalls = Math.max(...beside!)
      expect(quantile(through!, 0.5), `median of ${key}`).toBeLessThan(TOLERANCE_MS)
      expect(quantile(through!, 0.95), `p95 of ${key}, stalls of ${stalls}`).toBeLessThan(TOLERANCE_MS + stalls)
    }
  })
})

describe('the times of an answer in one piece', () => {
  test.each(['llama.cpp', 'ollama'] as const)('are those that %s told', async (engine) => {
    const double = await startEngineDouble(engine, { ttft_ms: 6, tpot_ms: 1, tokens: 6 })
    const gateway = await runGateway({ upstream: [{ url: double.url }] })
    const routes = ROUTES.filter((route) => route.engine === engine && route.whole_timing === 'engine')
    for (let i = 0; i < 10; i++)
      for (const route of routes) await send(gateway.url, pathOf(route, false), route.body(false))
    const samples = (await gateway.collect(10 * routes.length)) as Times[]
    for (const { first_token_ms, decode_time_ms } of deviations(samples, double.answers)) {
      expect(first_token_ms).toBeLessThan(TOLERANCE_MS)
      expect(decode_time_ms).toBeLessThan(TOLERANCE_MS)
    }
    await gateway.close()
    await double.close()
  })
})
