import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnonymizedExport } from '../../../contracts/index.ts'
import { sglangBench } from '../../../telemetry/import/formats/sglang_bench.ts'
import { vllmBench } from '../../../telemetry/import/formats/vllm_bench.ts'
import { toSample } from '../../../telemetry/import/to_lines.ts'
import type { Draft, Format } from '../../../telemetry/import/types.ts'

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
const read = (format: Format, value: unknown) => {
  const { drafts, problems, units } = format.read([{ file: 'a.json', line: 1, form: 'json', value }], {})
  const samples = drafts.flatMap((draft) => (draft.kind === 'sample' ? [draft] : []))
  const runs = drafts.flatMap((draft) => (draft.kind === 'run' ? [draft] : []))
  return { samples, runs, problems, units }
}
const readVllm = (value: unknown) => read(vllmBench, value)
const readSglang = (value: unknown) => read(sglangBench, value)

describe('the type of measurement', () => {
  it.each([
    [1, 'single_stream'],
    [2, 'batched_online'],
    [null, 'batched_online'],
    [undefined, 'batched_online'],
  ])('max_concurrency %s is %s', (max_concurrency, measurement_type) => {
    for (const { samples } of [
      readVllm(vllmRun([request], { max_concurrency })),
      readSglang(sglangRun([request], { max_concurrency })),
    ]) {
      expect(samples[0]!.facts.measurement_type).toBe(measurement_type)
      expect(samples[0]!.facts.concurrency).toBe(max_concurrency ?? undefined)
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
    expect(readSglang(run).samples[0]!.facts.gpu_count).toBe(count)
  })
})

describe('missing times', () => {
  it('keeps an empty answer that has a first token', () => {
    const [sample] = readVllm(vllmRun([{ ...request, output: 0, itls: [] }])).samples
    expect(sample!.figures).toMatchObject({ exit: 'ok', tokens_out: 0, first_token_ms: 50, decode_time_ms: 0 })
  })

  it('makes up no first token if the tool wrote 0', () => {
    const { samples, problems } = readVllm(vllmRun([{ ...request, ttft: 0 }, request]))
    expect(samples).toHaveLength(1)
    expect(problems).toMatchObject([{ kind: 'skipped', units: 1, place: { line: 1, item: 'request 1' } }])
  })

  it('takes no answer in one piece for speed, nor one that a proxy held back', () => {
    const run = vllmRun([
      { ...request, itls: [] },
      { ...request, itls: [0, 0] },
    ])
    expect(readVllm(run)).toMatchObject({ samples: [], problems: [{ kind: 'skipped' }, { kind: 'skipped' }] })
  })

  it('keeps an error with the times it got to, and without those it did not', () => {
    const failed = { ...request, output: 0, itls: [], error: CANARY }
    const { samples } = readVllm(vllmRun([failed, { ...failed, ttft: 0 }]))
    expect(samples.map(({ figures }) => [figures.exit, figures.first_token_ms, figures.decode_time_ms])).toEqual([
      ['error', 50, null],
      ['error', null, null],
    ])
  })
})

describe('the engine behind the client of vLLM', () => {
  it.each([
    [{ backend: 'vllm' }, 'vllm'],
    [{ backend: 'openai-chat' }, undefined],
    [{ backend: undefined, endpoint_type: 'openai' }, undefined],
    [{ backend: 'openai', spec_decode_acceptance_rate: 0.7 }, 'vllm'],
    [{ backend: 'sglang' }, 'sglang'],
  ])('%j is %s', (more, engine) => {
    expect(readVllm(vllmRun([request], more)).samples[0]!.facts.engine).toBe(engine)
  })
})

describe('summaries', () => {
  const summary = {
    ...{ date: '20261012-120301', backend: 'vllm', model_id: 'org/model', max_concurrency: 8, duration: 10 },
    ...{ completed: 80, total_input_tokens: 81920, total_output_tokens: 10240, output_throughput: 1024 },
    ...{ mean_ttft_ms: 200, median_ttft_ms: 150, p99_ttft_ms: 900, mean_tpot_ms: 10, median_tpot_ms: 9 },
  }

  it('become one run: means, percentiles, load and throughput', () => {
    expect(readVllm(summary).runs[0]!.figures).toEqual({
      ...{ tokens_in: 1024, tokens_out: 128, first_token_ms: 200, decode_time_ms: 1270, total_time_ms: null, runs: 1 },
      ...{ concurrency: 8, measurement_type: 'batched_online', requests: 80, output_tps: 1024 },
      ...{ first_token_ms_p50: 150, first_token_ms_p99: 900, inter_token_ms_p50: 9 },
    })
  })

  it('take the median where there is no mean, and seconds where they are stated so', () => {
    const { mean_ttft_ms, median_ttft_ms, p99_ttft_ms, mean_tpot_ms, median_tpot_ms, ...rest } = summary
    const [run] = readVllm({ ...rest, median_ttft: 0.15, median_tpot: 0.009 }).runs
    expect(run!.figures).toMatchObject({ first_token_ms: 150, decode_time_ms: 1143 })
  })

  it('of an open loop have the load that Little’s law gives', () => {
    const [run] = readVllm({ ...summary, max_concurrency: null, mean_e2el_ms: 1500, request_rate: 8 }).runs
    expect(run!.figures).toMatchObject({ concurrency: 12, request_rate: 8, total_time_ms: 1500 })
  })

  it.each([
    ['no request completed', { completed: 0 }],
    ['no token was generated', { total_output_tokens: undefined }],
    ['no time is given', { mean_ttft_ms: 0, median_ttft_ms: 0, mean_tpot_ms: 0, median_tpot_ms: 0 }],
  ])('are left out if %s', (_, more) => {
    expect(readVllm({ ...summary, ...more })).toMatchObject({ runs: [], problems: [{ kind: 'skipped', units: 1 }] })
  })
})

it('every request becomes a sample or a problem, and no text of the input a part of either (property)', () => {
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
      for (const { samples, problems, units } of [readVllm(vllmRun(requests)), readSglang(sglangRun(requests))]) {
        const left = problems.reduce((sum, problem) => sum + problem.units, 0)
        expect(units).toBe(requests.length)
        expect(samples.length + left).toBe(requests.length)
        const written = samples.map((draft) => toSample(complete(draft), '0'.repeat(32)))
        for (const sample of written.filter(({ exit }) => exit === 'ok'))
          expect(AnonymizedExport.shape.decode_time_ms.safeParse(sample.decode_time_ms).success).toBe(true)
        expect(JSON.stringify([written, problems])).not.toContain(CANARY)
      }
    }),
  )
})

function complete(draft: Extract<Draft, { kind: 'sample' }>) {
  const facts = { ts: '2026-10-12T00:00:00Z', gpu_name: 'NVIDIA L4', model_ref: 'm', engine: 'vllm' }
  return { ...draft, facts: { ...draft.facts, ...facts } }
}
