import { describe, expect, it } from 'vitest'
import type { TelemetryEvent } from '../../../contracts/index.ts'
import { callOrch, makeHome } from './support/call_orch.ts'
import { bufferOf, fillBuffer, makeEvent } from './support/fill_buffer.ts'

const BEGIN = Date.parse('2026-03-01T00:00:00.000Z')

/** Four tasks an hour, alternately of two prompt sizes, whose speed varies a little. */
function makeTasks(version: string, from: number, hours: number, tps: number): TelemetryEvent[] {
  return Array.from({ length: hours * 4 }, (_, i) => {
    const noise = 1 + 0.02 * Math.sin(i * 7.3)
    return makeEvent({
      job_id: `${version}-${from}-${i}`,
      ts: new Date(BEGIN + from * 3_600_000 + i * 900_000).toISOString(),
      engine_version: version,
      tokens_in: i % 2 === 0 ? 100 : 3000,
      tokens_out: 201,
      first_token_ms: (i % 2 === 0 ? 50 : 800) * noise,
      decode_time_ms: 200_000 / (tps * (i % 2 === 0 ? 1 : 0.7) * noise),
    })
  })
}

async function makeHost(...tasks: TelemetryEvent[][]) {
  const env = makeHome()
  await fillBuffer(bufferOf(env), tasks.flat())
  return env
}

const compare = (env: { HOME: string }, ...args: string[]) => callOrch(['telemetry', 'compare', ...args], { env })

describe('orch telemetry compare', () => {
  it('finds the last two versions in their order, and that decoding became slower', async () => {
    const env = await makeHost(
      makeTasks('0.9.0', 0, 10, 50),
      makeTasks('0.11.0', 24, 24, 90),
      // Of another order than its text has, and with other shares of the prompt sizes.
      makeTasks('0.10.0', 10, 12, 100),
      makeTasks('0.10.0', 22, 2, 100).filter((_, i) => i % 2 === 0),
    )
    const { code, out } = await compare(env, '--fail-on', '5%')
    expect(out).toMatchInlineSnapshot(`
      "hf:meta-llama/Llama-3.1-8B-Instruct  vllm 0.10.0 → 0.11.0
        decode speed −10.0 % (−10.8 % to −9.2 %)    slower
        TTFT          0.0 % (−0.9 % to +0.8 %)      unchanged
      "
    `)
    expect(code).toBe(3)
    expect((await compare(env, '--fail-on', '20%')).code).toBe(0)
    expect((await compare(env)).code).toBe(0)
    const [json] = JSON.parse((await compare(env, '0.9.0', '0.10.0', '--json')).out)
    expect(json).toMatchObject({
      before: '0.9.0',
      after: '0.10.0',
      changes: [{ verdict: 'faster' }, { verdict: 'unchanged' }],
    })
    expect(json.changes[0].change).toBeCloseTo(1, 1)
  })

  it('compares spans of time', async () => {
    const env = await makeHost(makeTasks('0.9.0', 0, 24, 100), makeTasks('0.9.0', 24, 24, 80))
    const { out } = await compare(env, '2026-03-01..2026-03-01', '2026-03-02..2026-03-02')
    expect(out).toMatch(/decode speed −20\.0 % .* slower\n/)
  })

  it('says how much it lacks', async () => {
    const env = await makeHost(makeTasks('0.9.0', 0, 24, 100), makeTasks('0.10.0', 24, 2, 80))
    const { code, out } = await compare(env, '--fail-on', '5%')
    expect(code).toBe(0)
    expect(out).toMatch(/decode speed −\d+\.\d % +cannot tell yet: ~16 more tasks over 4 hours\n/)
    expect((await compare(makeHome())).out).toMatch(/^Nothing to compare: /)
    expect(await compare(env, '1.0', '2.0')).toMatchObject({ code: 1 })
  })

  it.each([
    [['0.9.0'], 'orch telemetry compare: expected BEFORE and AFTER, found "0.9.0" alone.\n'],
    [
      ['2026-03-02..2026-03-01', '0.9.0'],
      'orch telemetry compare: expected two days like 2026-11-01..2026-11-07, found "2026-03-02..2026-03-01".\n',
    ],
    [['--fail-on', 'much'], '--fail-on: expected a share like 5%, found "much".\n'],
  ])('%j is a wrong command line', async (args, text) => {
    expect(await compare(makeHome(), ...args)).toEqual({ code: 2, out: '', error: text })
  })
})
