import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createOtlpSink } from '../../../telemetry/sinks/otlp.ts'
import { toSpan } from '../../../telemetry/sinks/otlp_span.ts'
import { Receiver } from '../support/receiver.ts'
import { makeSample } from '../support/samples.ts'

interface OtlpAttribute {
  key: string
  value: { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean }
}

const never = new AbortController().signal
let receiver: Receiver
let url: string

beforeEach(async () => {
  receiver = new Receiver()
  url = `${await receiver.listen()}/v1/traces`
})
afterEach(() => receiver.close())

async function send(...samples: ReturnType<typeof makeSample>[]) {
  const sink = createOtlpSink({ url })
  const lines = samples.map((sample) => JSON.stringify(sample))
  const result = await sink.send({ idempotency_key: 'k', lines }, never)
  await sink.close()
  return result
}

it('a sample arrives as a span with the names of the conventions', async () => {
  receiver.answers.push({ status: 200, headers: { 'content-type': 'application/json' }, body: '{}' })
  const sample = makeSample('a', { tokens_in_cached: 24, streamed: true, gpu_count: 2, concurrency: 3 })
  expect(await send(sample)).toEqual({ kind: 'accepted' })
  expect(receiver.received[0]!.path).toBe('/v1/traces')
  const { resourceSpans } = JSON.parse(receiver.received[0]!.text)
  const [span] = resourceSpans[0].scopeSpans[0].spans
  expect(span).toMatchObject({ name: 'generate_content hf:org/repo', kind: 3, status: { code: 0 } })
  expect(span.traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(span.spanId).toMatch(/^[0-9a-f]{16}$/)
  const took_ms = (Number(span.endTimeUnixNano) - Number(span.startTimeUnixNano)) / 1e6
  expect(took_ms).toBeCloseTo(420.318 + 9876.204, 1)
  expect(new Date(Number(span.endTimeUnixNano) / 1e6).toISOString()).toBe('2026-09-27T12:00:00.123Z')
  expect(readAttributes(span.attributes)).toEqual({
    'gen_ai.operation.name': 'generate_content',
    'gen_ai.provider.name': 'vllm',
    'gen_ai.request.model': 'hf:org/repo',
    'gen_ai.request.stream': true,
    'gen_ai.response.time_to_first_chunk': 0.420318,
    'gen_ai.usage.cache_read.input_tokens': 24,
    'gen_ai.usage.input_tokens': 1024,
    'gen_ai.usage.output_tokens': 2048,
    'orch.concurrency': 3,
    'orch.decode_time_ms': 9876.204,
    'orch.engine_version': '0.5.2',
    'orch.exit': 'ok',
    'orch.first_token_ms': 420.318,
    'orch.gpu_count': 2,
    'orch.gpu_name': 'NVIDIA A100-SXM4-40GB',
    'orch.tenant_id': 'anon',
    'orch.vram_total_mb': 40_536,
    'orch.vram_used_mb_peak': 18_234,
  })
})

it('a span has what the exporter takes, as far as types can tell', () => {
  type Exported = Parameters<OTLPTraceExporter['export']>[0][number]
  const span: Omit<Exported, 'resource' | 'attributes'> = toSpan(makeSample('a'))
  expect(span.ended).toBe(true)
})

it('a failure is one, a task that its client ended is none', () => {
  const failed = toSpan(
    makeSample('a', { exit: 'error', error_code: 'oom', first_token_ms: null, decode_time_ms: null }),
  )
  expect(failed).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'oom' }, duration: [0, 0] })
  expect(toSpan(makeSample('a', { exit: 'reject' })).attributes['error.type']).toBe('reject')
  const cancelled = toSpan(makeSample('a', { exit: 'cancel' }))
  expect(cancelled.status.code).toBe(0)
  expect(cancelled.attributes).not.toHaveProperty('error.type')
})

it('a prompt that was not counted has no count, and a response that is not streamed no first chunk', () => {
  const { attributes } = toSpan(makeSample('a', { tokens_in: 0, streamed: false }))
  expect(attributes).not.toHaveProperty('gen_ai.usage.input_tokens')
  expect(attributes).not.toHaveProperty('gen_ai.response.time_to_first_chunk')
})

it('a sample that is sent twice is the same span', () => {
  const [one, again, other] = ['a', 'a', 'b'].map((job) => toSpan(makeSample(job)).spanContext())
  expect(again).toEqual(one)
  expect(other).not.toEqual(one)
})

it.each([
  [400, 'refused'],
  [401, 'retry'],
  [404, 'retry'],
  [413, 'split'],
  [422, 'refused'],
])('status %i: %s', async (status, kind) => {
  receiver.answers.push({ status })
  expect(await send(makeSample('a'))).toEqual({
    kind,
    why: `${new URL(url).origin}: expected spans to be accepted, found ${status}`,
  })
})

it('a receiver that is not there means to try again, and the process need not wait for it', async () => {
  await receiver.close()
  const sink = createOtlpSink({ url })
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 100)
  const lines = [JSON.stringify(makeSample('a'))]
  expect(await sink.send({ idempotency_key: 'k', lines }, stop.signal)).toMatchObject({ kind: 'retry' })
})

it('without the package says how to install it', async () => {
  const sink = createOtlpSink({ url }, () =>
    Promise.reject(Object.assign(new Error(), { code: 'ERR_MODULE_NOT_FOUND' })),
  )
  expect(await sink.send({ idempotency_key: 'k', lines: [] }, never)).toEqual({
    kind: 'retry',
    why: 'telemetry.otlp: expected the package @opentelemetry/exporter-trace-otlp-http, found ERR_MODULE_NOT_FOUND. Run: npm install @opentelemetry/api @opentelemetry/exporter-trace-otlp-http',
  })
})

function readAttributes(attributes: OtlpAttribute[]): Record<string, unknown> {
  const entries = attributes.map(({ key, value }) => {
    const { stringValue, intValue, doubleValue, boolValue } = value
    return [key, stringValue ?? boolValue ?? doubleValue ?? Number(intValue)] as const
  })
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
