import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Level } from '../../../telemetry/cli/bench/load/level.ts'
import { isOver, judgeLevels } from '../../../telemetry/cli/bench/load/stop_rules.ts'
import { makeFolder, parseLines } from '../support/run_orch.ts'
import { callOrch } from './support/call_orch.ts'
import { type ServingDouble, type ServingOptions, servedRate, startServingDouble } from './support/serving_double.ts'

let double: ServingDouble
afterEach(() => double.close())

async function start(options: Partial<ServingOptions> = {}): Promise<string[]> {
  double = await startServingDouble({ slots: 4, slot_tps: 100, ...options })
  const model = ['--model', 'Qwen/Qwen3-8B', '--gpu', 'NVIDIA H100 80GB HBM3']
  return ['bench', '--url', double.url, ...model, '--output-tokens', '20']
}

/** Tells the double where a level begins, as the operator's terminal does. */
const onError = (text: string) => void (/^\d+ streams? …/.test(text) && double.beginPhase())

describe('orch bench --concurrency', () => {
  it('finds the throughput that the engine had at each level, and where it stops to rise', async () => {
    const args = await start()
    const file = join(makeFolder(), 'load.jsonl')
    const call = [...args, '--output-tokens', '40', '--concurrency', '1,2,4,8,16,32', '--prompts', '2', '--out', file]
    const { code, out, error } = await callOrch(call, { terminal: { error: true }, onError })
    expect(code).toBe(0)
    const [, ...phases] = double.phases
    const truth = phases.map((phase) => servedRate(phase).rate)
    const lines = parseLines(readFileSync(file, 'utf8'))
    const runs = lines.filter((line) => 'origin' in line)
    expect(runs.map(({ concurrency }) => concurrency)).toEqual(phases.map(({ streams }) => streams))
    const measured = runs.map(({ output_tps }) => output_tps as number)
    for (const [at, rate] of truth.entries()) expect(Math.abs(measured[at]! / rate - 1)).toBeLessThan(0.05)
    // It serves four at once: eight get no more of it, and the loads above are not tried.
    expect(runs.map(({ concurrency }) => concurrency)).toEqual([1, 2, 4, 8])
    expect(out).toMatch(/^Throughput rises up to 4 streams: \d+ tok\/s together\. 8 streams gave \d+ tok\/s\.$/m)
    expect(out).toMatch(/^Highest load that held: 8 streams, \d+ tok\/s together\.$/m)
    // The table has a row and a bar for each level, within 80 columns.
    expect(out.match(/^ +\d+ .*█/gm)).toHaveLength(phases.length)
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(error).toMatch(/To share them: orch share .*load\.jsonl\n$/)
    expect(error.match(/orch share/g)).toHaveLength(1)
  })

  it('writes a sample for each measured request and a run for each level, as validate and share take them', async () => {
    const args = await start({ slot_tps: 1000 })
    const file = join(makeFolder(), 'load.jsonl')
    const call = [...args, '--concurrency', '1,3', '--prompts', '2', '--input-tokens', '300', '--out', file]
    expect(await callOrch(call)).toMatchObject({ code: 0 })
    const lines = parseLines(readFileSync(file, 'utf8'))
    const samples = lines.filter((line) => 'job_id' in line)
    expect(samples.map(({ measurement_type, concurrency }) => [measurement_type, concurrency]).sort()).toEqual([
      ...Array(6).fill(['batched_online', 3]),
      ...Array(2).fill(['single_stream', 1]),
    ])
    const runs = lines.filter((line) => 'origin' in line)
    expect(runs.map(({ requests, tokens_out, concurrency }) => ({ requests, tokens_out, concurrency }))).toEqual([
      { requests: 2, tokens_out: 20, concurrency: 1 },
      { requests: 6, tokens_out: 20, concurrency: 3 },
    ])
    for (const { tokens_in } of lines) expect(Math.abs((tokens_in as number) - 300)).toBeLessThan(30)
    const bodies = double.phases.flatMap(({ requests }) => requests.map(({ body }) => body))
    expect(bodies.slice(1).every(({ max_tokens, ignore_eos }) => max_tokens === 20 && ignore_eos === true)).toBe(true)
    expect(new Set(bodies.map(({ messages }) => messages[0]!.content.slice(0, 16))).size).toBe(bodies.length)
    expect((await callOrch(['validate', file])).out).toContain('10 lines: 10 accepted, 0 rejected')
    const shared = await callOrch(['share', file, '--out', join(makeFolder(), 'shared.jsonl'), '--yes'])
    expect(shared).toMatchObject({ code: 0 })
  })

  it('stops where the engine refuses, and names the load that held', async () => {
    const args = await start({ slots: 64, slot_tps: 1000, limit: 12 })
    const { code, out } = await callOrch([...args, '--concurrency', '2,4,8,16,32', '--prompts', '1'])
    expect(code).toBe(0)
    expect(out).toMatch(/^16 streams did not hold: a request failed: HTTP 429: too many requests\.$/m)
    expect(out).toMatch(/^Highest load that held: 8 streams, /m)
    expect(out).not.toMatch(/^ +32 /m)
  })

  it('stops where an SLO breaks', async () => {
    const args = await start({ slot_tps: 1000 })
    const { code, out } = await callOrch([...args, '--concurrency', '1,2', '--min-tps', '5000', '--prompts', '1'])
    expect(code).toBe(1)
    expect(out).toMatch(/^1 stream did not hold: decode p5 of [\d,]+ tok\/s is below 5,000 tok\/s\.$/m)
    expect(out).toContain('No level held at least 5,000 tok/s each for 95 % of the requests.')
  })

  it.each([
    [['--max-ttft', '500'], '--max-ttft: expected --concurrency N,… with it, found none.\n'],
    [
      ['--concurrency', '4,2'],
      '--concurrency: expected rising numbers from 1 to 1024, separated by commas, for example 1,2,4,8, found "4,2".\n',
    ],
    [
      ['--concurrency', '4', '--max-tokens', '9'],
      '--max-tokens: expected --output-tokens N with --concurrency, found --max-tokens.\n',
    ],
    [['--concurrency', '4', '--min-tps', '0'], '--min-tps: expected a number above 0, found "0".\n'],
  ])('%j is a wrong command line', async (more, text) => {
    const args = await start()
    expect(await callOrch([...args.slice(0, 7), ...more])).toEqual({ code: 2, out: '', error: text })
  })
})

describe('the end of a ramp', () => {
  const slo = { max_ttft_ms: 500, min_tps: 20 }
  const level = (concurrency: number, output_tps: number, more: Partial<Level> = {}): Level => ({
    ...{ concurrency, output_tps, requests: 20, failure: null, events: [] },
    ...{ ttft_ms: Array(20).fill(100), decode_tps: Array(20).fill(50) },
    ...more,
  })
  const worst = (count: number, bad: number, good: number) => [
    ...Array(count).fill(bad),
    ...Array(20 - count).fill(good),
  ]

  it.each([
    ['doubling', [level(1, 50), level(2, 99), level(4, 180)], null, 4, null],
    ['flat', [level(4, 200), level(8, 204)], 4, 8, null],
    ['falling', [level(4, 200), level(8, 150)], 4, 8, null],
    ['a small step that scales', [level(32, 320), level(33, 330)], null, 33, null],
    ['one of 20 requests late', [level(1, 50, { ttft_ms: worst(1, 900, 100) })], null, 1, null],
    [
      'two of 20 requests late',
      [level(1, 50), level(2, 99, { ttft_ms: worst(2, 900, 100) })],
      null,
      1,
      'TTFT p95 of 900 ms is above 500 ms',
    ],
    [
      'two of 20 requests slow',
      [level(1, 50), level(2, 99, { decode_tps: worst(2, 19, 50) })],
      null,
      1,
      'decode p5 of 19.0 tok/s is below 20.0 tok/s',
    ],
    ['no times', [level(1, 50, { ttft_ms: [] })], null, null, 'no request shows its time to the first token'],
    ['a failure', [level(1, 50, { failure: 'HTTP 503' })], null, null, 'a request failed: HTTP 503'],
  ] as const)('%s', (_, levels, knee, held, broken) => {
    const verdict = judgeLevels(levels, slo)
    expect({ ...verdict, knee: verdict.knee?.concurrency ?? null, held: verdict.held?.concurrency ?? null }).toEqual({
      ...{ knee, held, broken },
    })
    expect(isOver(verdict)).toBe(knee !== null || broken !== null)
  })
})
