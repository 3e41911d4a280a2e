import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EXITS, judgeLine } from '../../../contracts/index.ts'
import type { Task, TaskFacts, TaskResult } from '../../../telemetry/sample/types.ts'
import { A100, HOST_ID, JOB_ID, makeRecorder } from '../support/recorder.ts'

const FACTS: TaskFacts = { model_ref: 'hf:org/repo', engine: 'vllm', engine_version: '0.11.0' }

describe('a task', () => {
  it('becomes one sample, timed from its start to its last token', () => {
    const { telemetry, samples, clock } = makeRecorder()
    const task = telemetry.task(FACTS)
    clock.now += 420.1239
    task.firstToken()
    clock.now += 100
    task.token()
    clock.now += 50.5
    task.token()
    clock.now += 1000
    clock.wall += 1571
    task.end({ exit: 'ok', tokens_in: 100, tokens_out: 40, streamed: true })
    expect(samples).toEqual([
      {
        ts: '2026-11-24T12:00:01.571Z',
        tenant_id: 'anon',
        job_id: JOB_ID,
        model_ref: 'hf:org/repo',
        engine: 'vllm',
        engine_version: '0.11.0',
        gpu_name: A100.gpu_name,
        vram_total_mb: 81_920,
        vram_used_mb_peak: null,
        tokens_in: 100,
        tokens_out: 40,
        first_token_ms: 420.124,
        decode_time_ms: 150.5,
        exit: 'ok',
        schema_version: 1,
        gpu_count: 2,
        streamed: true,
        timing_source: 'client',
        driver_version: '550.54.15',
        host_id: HOST_ID,
      },
    ])
  })

  it('takes the times of its pieces from whoever saw them', () => {
    const { telemetry, samples } = makeRecorder()
    const task = telemetry.task(FACTS)
    task.firstToken(1010)
    task.token(1050)
    task.token(1040)
    task.end({ exit: 'ok', tokens_out: 3, timing_source: 'gateway' })
    expect(samples[0]).toMatchObject({ first_token_ms: 10, decode_time_ms: 40, timing_source: 'gateway' })
  })

  it('prefers the times that the engine measured', () => {
    const { telemetry, samples } = makeRecorder()
    const task = telemetry.task(FACTS)
    task.token(1500)
    task.end({
      exit: 'ok',
      tokens_out: 3,
      first_token_ms: 12.5,
      decode_time_ms: 80,
      timing_source: 'engine',
      streamed: false,
    })
    expect(samples[0]).toMatchObject({
      first_token_ms: 12.5,
      decode_time_ms: 80,
      timing_source: 'engine',
      streamed: false,
    })
  })

  it('has its first token at its end if the answer came in one piece', () => {
    const { telemetry, samples, clock } = makeRecorder()
    const task = telemetry.task(FACTS)
    clock.now += 300
    task.end({ exit: 'ok', tokens_out: 7, streamed: false })
    expect(samples[0]).toMatchObject({ first_token_ms: 300, decode_time_ms: 0, tokens_out: 7, streamed: false })
    expect(samples[0]).not.toHaveProperty('tokens_estimated')
  })

  it('counts the pieces, and says so, where the engine did not count', () => {
    const { telemetry, samples } = makeRecorder()
    const task = telemetry.task(FACTS)
    for (let piece = 0; piece < 5; piece++) task.token()
    task.end({ exit: 'cancel' })
    expect(samples[0]).toMatchObject({ exit: 'cancel', tokens_out: 5, tokens_in: 0, tokens_estimated: true })
  })

  it('has null for the times that did not come', () => {
    const { telemetry, samples } = makeRecorder()
    telemetry.task(FACTS).end({ exit: 'error', error_code: 'http_500' })
    telemetry.task(FACTS, { start: false }).end({ exit: 'reject', error_code: 'over_admission' })
    const untimed = { first_token_ms: null, decode_time_ms: null, tokens_out: 0 }
    expect(samples).toMatchObject([
      { exit: 'error', error_code: 'http_500', ...untimed },
      { exit: 'reject', error_code: 'over_admission', ...untimed },
    ])
    expect(samples[0]).not.toHaveProperty('timing_source')
  })

  it.each([
    ['no first token', { exit: 'ok', tokens_out: 3 }, 'first_token_ms: not known, with exit "ok"'],
    ['no count', { exit: 'ok', first_token_ms: 1, decode_time_ms: 1 }, 'tokens_out: not known, with exit "ok"'],
    ['no decode time', { exit: 'ok', tokens_out: 1, first_token_ms: 1 }, 'decode_time_ms: not known, with exit "ok"'],
    ['another exit', { exit: 'fine' } as unknown as TaskResult, 'exit: expected one of ok, cancel, error, reject'],
    ['nothing', undefined as unknown as TaskResult, 'exit: expected one of ok, cancel, error, reject'],
  ] as const)('that ended with %s is counted, not made up', (_, result, why) => {
    const { telemetry, samples, warnings } = makeRecorder()
    telemetry.task(FACTS).end(result as TaskResult)
    expect(samples).toEqual([])
    expect(telemetry.snapshot().samples).toEqual({ recorded: 1, written: 0, pending: 0, dropped: { invalid: 1 } })
    expect(warnings).toEqual([`A sample was not recorded. ${why}. Such samples are counted as "invalid".`])
  })

  it('ends once, and counts as open until then', () => {
    const { telemetry, samples } = makeRecorder()
    const task = telemetry.task(FACTS)
    expect(telemetry.snapshot().open_tasks).toBe(1)
    task.end({ exit: 'cancel' })
    task.token()
    task.start()
    task.end({ exit: 'ok' })
    expect(telemetry.snapshot().open_tasks).toBe(0)
    expect(samples).toHaveLength(1)
  })
})

type Call = (task: Task) => void

const anyNumber = fc.oneof(fc.double(), fc.integer(), fc.constant(undefined))
const anyValue = fc.oneof(anyNumber, fc.string(), fc.boolean(), fc.constant(null), fc.constant({}))
const anyResult = fc.oneof(
  { weight: 1, arbitrary: anyValue },
  {
    weight: 9,
    arbitrary: fc.record(
      {
        exit: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...EXITS) }, { weight: 1, arbitrary: anyValue }),
        tokens_in: fc.oneof(fc.nat(), anyValue),
        tokens_out: fc.oneof(fc.nat(), anyValue),
        tokens_in_cached: fc.oneof(fc.nat(), anyValue),
        tokens_estimated: anyValue,
        first_token_ms: anyValue,
        decode_time_ms: anyValue,
        timing_source: fc.oneof(fc.constantFrom('gateway', 'engine', 'client'), anyValue),
        streamed: anyValue,
        cold_start: anyValue,
        speculative: anyValue,
        error_code: anyValue,
        measurement_type: fc.oneof(fc.constant('single_stream'), anyValue),
        concurrency: anyValue,
      },
      { requiredKeys: ['exit'] },
    ),
  },
)
const anyFacts = fc.record(
  {
    model_ref: fc.oneof(fc.constantFrom('hf:org/repo', 'org/repo', '/models/x.gguf', 'C:\\m\\x.Q4_K_M.gguf'), anyValue),
    engine: fc.oneof(fc.constantFrom('vllm', 'vLLM', 'llama.cpp'), anyValue),
    engine_version: fc.oneof(fc.constantFrom('0.1', 'b1234-abc', 'v1 (x)'), anyValue),
    tenant_id: anyValue,
    job_id: anyValue,
    quantization: anyValue,
    gpu_count: anyValue,
  },
  { requiredKeys: [] },
)
const anyCall: fc.Arbitrary<Call> = fc.oneof(
  fc.constant<Call>((task) => task.start()),
  anyNumber.map(
    (at): Call =>
      (task) =>
        task.firstToken(at),
  ),
  anyNumber.map(
    (at): Call =>
      (task) =>
        task.token(at),
  ),
  fc.constant<Call>((task) => task.token()),
  anyResult.map(
    (result): Call =>
      (task) =>
        task.end(result as TaskResult),
  ),
)

it('any sequence of calls with any values gives at most one sample, which satisfies the contract, or a counted invalid one', () => {
  let recorded = 0
  fc.assert(
    fc.property(
      anyFacts,
      fc.boolean(),
      fc.boolean(),
      fc.array(anyCall, { maxLength: 12 }),
      (facts, start, raw, calls) => {
        const { telemetry, samples, clock } = makeRecorder({ raw })
        const task = telemetry.task(facts as unknown as TaskFacts, { start })
        for (const call of calls) {
          clock.now += 1.2345
          call(task)
        }
        const { dropped } = telemetry.snapshot().samples
        const ended = telemetry.snapshot().samples.recorded
        expect(ended).toBeLessThanOrEqual(1)
        expect(samples.length + (dropped.invalid ?? 0)).toBe(ended)
        for (const sample of samples) {
          expect(judgeLine('telemetry_event', JSON.stringify(sample))).toMatchObject({ verdict: 'accepted' })
          recorded += 1
        }
      },
    ),
    { numRuns: 2000 },
  )
  // The property must not hold for want of samples.
  expect(recorded).toBeGreaterThan(200)
})

it('facts that are none at all lose the sample, not the task', () => {
  const { telemetry, samples } = makeRecorder()
  telemetry.task(null as unknown as TaskFacts).end({ exit: 'error' })
  expect(samples).toEqual([])
  expect(telemetry.snapshot().samples.dropped).toEqual({ invalid: 1 })
})
