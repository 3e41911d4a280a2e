import { describe, expect, test } from 'vitest'
import type { TelemetryEvent } from '../../../contracts/index.ts'
import type { KnownEngine } from '../../../telemetry/engines/types.ts'
import { type Answer, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { ENGINES, pathOf, ROUTES } from './support/routes.ts'
import { runGateway } from './support/run_gateway.ts'
import { send } from './support/send.ts'

const TASKS_PER_ROUTE = 40
/** How far a sample may be from the times that the engine kept, at the 95th percentile. */
const TOLERANCE_MS = 2

interface Deviations {
  first_token_ms: number[]
  decode_time_ms: number[]
}

/** Runs tasks one after the other and compares each sample with the times that the double kept. */
async function measure(engine: KnownEngine, stream: boolean): Promise<Deviations> {
  const double = await startEngineDouble(engine, { ttft_ms: 6, tpot_ms: 1, tokens: 6 })
  const gateway = await runGateway({ upstream: [{ url: double.url }] })
  const routes = ROUTES.filter((route) => route.engine === engine && (stream || route.whole_timing === 'engine'))
  try {
    for (let i = 0; i < TASKS_PER_ROUTE; i++)
      for (const route of routes) await send(gateway.url, pathOf(route, stream), route.body(stream))
    const samples = await gateway.collect(TASKS_PER_ROUTE * routes.length)
    return compare(samples, double.answers)
  } finally {
    await gateway.close()
    await double.close()
  }
}

function compare(samples: readonly TelemetryEvent[], answers: readonly Answer[]): Deviations {
  const kept = answers.map(({ accepted_at, first_token_at, last_token_at }) => ({
    first_token_ms: first_token_at! - accepted_at,
    decode_time_ms: last_token_at! - first_token_at!,
  }))
  return {
    first_token_ms: samples.map((sample, i) => Math.abs(sample.first_token_ms! - kept[i]!.first_token_ms)),
    decode_time_ms: samples.map((sample, i) => Math.abs(sample.decode_time_ms! - kept[i]!.decode_time_ms)),
  }
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(0.95 * values.length) - 1]!
}

// The machine may stall while it measures; an error of the gateway would show every time.
describe('the times of a sample', { retry: 3 }, () => {
  test.each(ENGINES)('are those that %s kept, streamed', async (engine) => {
    const deviations = await measure(engine, true)
    expect(p95(deviations.first_token_ms)).toBeLessThan(TOLERANCE_MS)
    expect(p95(deviations.decode_time_ms)).toBeLessThan(TOLERANCE_MS)
  })

  test.each(['llama.cpp', 'ollama'] as const)('are those that %s told, in one piece', async (engine) => {
    const deviations = await measure(engine, false)
    expect(p95(deviations.first_token_ms)).toBeLessThan(TOLERANCE_MS)
    expect(p95(deviations.decode_time_ms)).toBeLessThan(TOLERANCE_MS)
  })
})
