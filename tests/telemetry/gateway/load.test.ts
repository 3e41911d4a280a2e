import { describe, expect, test } from 'vitest'
import { LoadMeter } from '../../../telemetry/gateway/load_meter.ts'
import { startEngineDouble } from '../../support/engine_doubles/index.ts'
import { runGateway } from './support/run_gateway.ts'
import { send } from './support/send.ts'

describe('the load during a task', () => {
  test('is the mean over its life, and one other task is enough for it not to be alone', () => {
    const meter = new LoadMeter()
    const long = meter.begin(0)
    const short = meter.begin(80)
    expect(short.end(100, false, null)).toEqual({ measurement_type: 'batched_online', concurrency: 2 })
    // One task for 80 ms and two for 20 ms.
    expect(long.end(100, false, null)).toEqual({ measurement_type: 'batched_online', concurrency: 1 })
  })

  test('is alone if no other task was there, and if it did not wait for one', () => {
    const meter = new LoadMeter()
    expect(meter.begin(0).end(50, false, null)).toEqual({ measurement_type: 'single_stream', concurrency: 1 })
    expect(meter.begin(60).end(70, true, null)).toEqual({ measurement_type: 'batched_online', concurrency: 1 })
    // The same moment for both ends.
    expect(meter.begin(80).end(80, false, null)).toMatchObject({ concurrency: 1 })
  })

  test('counts the tokens of all tasks between its first and its last', () => {
    const meter = new LoadMeter()
    const [one, other] = [meter.begin(0), meter.begin(0)]
    one.addTokens(1, 100)
    for (const at of [110, 120, 190]) other.addTokens(2, at)
    one.addTokens(1, 200)
    other.addTokens(2, 250)
    // 3 × 2 tokens of the other and 1 of its own in 100 ms.
    expect(one.end(300, false, 2)).toMatchObject({ output_tps: 70 })
    // Pieces that hold several tokens, and a single piece, say no rate.
    expect(other.end(300, false, 30)).not.toHaveProperty('output_tps')
    const single = meter.begin(400)
    single.addTokens(1, 410)
    expect(single.end(420, false, 1)).not.toHaveProperty('output_tps')
  })

  test('is what the engine streamed to four clients at once', async () => {
    const double = await startEngineDouble('vllm', { ttft_ms: 30, tpot_ms: 10, tokens: 60 })
    const gateway = await runGateway({ upstream: [{ url: double.url }] })
    const body = { model: 'm', messages: [], stream: true }
    await Promise.all([1, 2, 3, 4].map(() => send(gateway.url, '/v1/chat/completions', body)))
    const samples = await gateway.collect(4)
    for (const { concurrency, measurement_type, output_tps, tokens_out, decode_time_ms } of samples) {
      // A busy machine starts the four one after the other.
      expect(concurrency).toBeGreaterThanOrEqual(2)
      expect(concurrency).toBeLessThanOrEqual(4)
      expect(measurement_type).toBe('batched_online')
      const own = ((tokens_out - 1) * 1000) / decode_time_ms!
      expect(output_tps! / own).toBeGreaterThan(1.5)
      expect(output_tps! / own).toBeLessThan(5)
    }
    await gateway.close()
    await double.close()
  })
})
