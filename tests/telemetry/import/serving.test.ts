import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnonymizedExport } from '../../../contracts/index.ts'
import { sglangBench } from '../../../telemetry/import/sglang_bench.ts'
import { toExports } from '../../../telemetry/import/to_exports.ts'
import { vllmBench } from '../../../telemetry/import/vllm_bench.ts'

const KEY = Buffer.alloc(32, 7)
const CANARY = 'kanarienvogel'

interface Request {
  input: number
  output: number
  ttft: number
  itls: number[]
  error: string
}

function toRun(requests: readonly Request[], more: object): object {
  return {
    ...more,
    input_lens: requests.map(({ input }) => input),
    output_lens: requests.map(({ output }) => output),
    ttfts: requests.map(({ ttft }) => ttft),
    itls: requests.map(({ itls }) => itls),
    generated_texts: requests.map(() => CANARY),
    errors: requests.map(({ error }) => error),
  }
}

const vllmRun = (requests: readonly Request[], more = {}) =>
  toRun(requests, { date: '20261012-120301', backend: 'vllm', model_id: 'org/model', ...more })
const sglangRun = (requests: readonly Request[], more = {}) =>
  toRun(requests, { backend: 'sglang', server_info: { model_path: 'org/model', host: CANARY }, ...more })

const request: Request = { input: 100, output: 3, ttft: 0.05, itls: [0.01, 0.02], error: '' }
const readVllm = (value: unknown) => vllmBench.read([{ file: 'a.json', line: 1, value }], { gpu: 'GPU' })
const readSglang = (value: unknown) =>
  sglangBench.read([{ file: 'a.jsonl', line: 1, value }], { gpu: 'GPU', date: '2026-11-02' })

describe('the type of measurement', () => {
  it.each([
    [1, 'single_stream'],
    [2, 'batched_online'],
    [null, 'batched_online'],
    [undefined, 'batched_online'],
  ])('max_concurrency %s is %s', (max_concurrency, measurement_type) => {
    for (const { events } of [
      readVllm(vllmRun([request], { max_concurrency })),
      readSglang(sglangRun([request], { max_concurrency })),
    ]) {
      expect(events[0]!.event.measurement_type).toBe(measurement_type)
      expect(events[0]!.event.concurrency).toBe(max_concurrency ?? undefined)
    }
  })
})

describe('the GPU count that SGLang states', () => {
  it.each([
    [{ tp_size: 4 }, 4],
    [{ tp_size: 4, pp_size: 2, dp_size: 2 }, 16],
    [{ tp_size: 8, dp_size: 8, enable_dp_attention: true }, 8],
    [{}, undefined],
  ])('%j is %s', (server_info, count) => {
    const run = sglangRun([request], { server_info: { model_path: 'org/model', ...server_info } })
    expect(readSglang(run).events[0]!.event.gpu_count).toBe(count)
  })
})

describe('missing times', () => {
  it('keeps an empty answer that has a first token', () => {
    const [imported] = readVllm(vllmRun([{ ...request, output: 0, itls: [] }])).events
    expect(imported!.event).toMatchObject({ exit: 'ok', tokens_out: 0, first_token_ms: 50, decode_time_ms: 0 })
  })

  it('makes up no first token if the tool wrote 0', () => {
    const { events, problems } = readVllm(vllmRun([{ ...request, ttft: 0 }, request]))
    expect(events).toHaveLength(1)
    expect(problems).toMatchObject([{ kind: 'skipped', units: 1, place: { line: 1, item: 'request 1' } }])
  })

  it('keeps an error with the times it got to, and without those it did not', () => {
    const failed = { ...request, output: 0, itls: [], error: CANARY }
    const { events } = readVllm(vllmRun([failed, { ...failed, ttft: 0 }]))
    expect(events.map(({ event }) => [event.exit, event.first_token_ms, event.decode_time_ms])).toEqual([
      ['error', 50, null],
      ['error', null, null],
    ])
  })
})

it('every request becomes a valid sample or a problem, and no text of the input a part of either (property)', () => {
  const seconds = fc.double({ min: 0, max: 100, noNaN: true })
  const anyRequest = fc.record({
    input: fc.oneof(fc.nat(2_000_000), fc.double()),
    output: fc.oneof(fc.nat(10_000), fc.constant(-1)),
    ttft: fc.oneof(seconds, fc.double()),
    itls: fc.array(seconds, { maxLength: 8 }),
    error: fc.constantFrom('', `Traceback: ${CANARY}`),
  })
  fc.assert(
    fc.property(fc.array(anyRequest, { maxLength: 10 }), (requests) => {
      for (const { events, problems, units } of [readVllm(vllmRun(requests)), readSglang(sglangRun(requests))]) {
        const checked = toExports(events, KEY, 1)
        const left = [...problems, ...checked.problems].reduce((sum, problem) => sum + problem.units, 0)
        expect(units).toBe(requests.length)
        expect(checked.exports.length + left).toBe(requests.length)
        for (const sample of checked.exports) expect(AnonymizedExport.safeParse(sample).success).toBe(true)
        expect(JSON.stringify([checked, problems])).not.toContain(CANARY)
      }
    }),
  )
})
