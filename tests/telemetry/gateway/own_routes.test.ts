import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { runGateway, type TestGateway } from './support/run_gateway.ts'
import { send } from './support/send.ts'

describe('the paths that the gateway answers itself', () => {
  let double: EngineDouble
  let gateway: TestGateway

  beforeAll(async () => {
    double = await startEngineDouble('vllm', { ttft_ms: 2, tpot_ms: 1, tokens: 4, tokens_in: 5 })
    gateway = await runGateway({ upstream: [{ url: double.url }] })
    await send(gateway.url, '/v1/chat/completions', { model: 'm', messages: [], stream: true })
    await send(gateway.url, '/v1/embeddings', { model: 'm', input: 'x' })
    await send(gateway.url, '/v1/models', null)
    await gateway.collect(2)
  })
  afterAll(async () => {
    await gateway.close()
    await double.close()
  })

  test('/healthz shows the state of every upstream', async () => {
    const answer = await send(gateway.admin_url!, '/healthz', null)
    expect([answer.status, JSON.parse(answer.body)]).toMatchInlineSnapshot(`
      [
        200,
        {
          "status": "ok",
          "telemetry": true,
          "upstreams": [
            {
              "engine": "vllm",
              "engine_version": "0.11.0",
              "healthy": true,
              "in_flight": 0,
              "index": 0,
              "waiting": 0,
            },
          ],
        },
      ]
    `)
  })

  test('/metrics counts tasks, tokens, samples and times', async () => {
    const { body, headers } = await send(gateway.admin_url!, '/metrics', null)
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    const lines = body.split('\n').filter((line) => !line.startsWith('#') && !/_(sum|bucket)/.test(line))
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "orch_tasks_total{upstream="0",api="openai.chat",exit="ok"} 1
      orch_tasks_total{upstream="0",api="openai.embeddings",exit="ok"} 1
      orch_tokens_total{upstream="0",gen_ai_request_model="m",engine="vllm",engine_version="0.11.0",direction="in"} 5
      orch_tokens_total{upstream="0",gen_ai_request_model="m",engine="vllm",engine_version="0.11.0",direction="out"} 4
      orch_passed_requests_total 1
      orch_unrouted_tasks_total 0
      orch_upstream_up{upstream="0"} 1
      orch_engine_info{upstream="0",engine="vllm",engine_version="0.11.0"} 1
      orch_tasks_in_flight{upstream="0"} 0
      orch_tasks_waiting{upstream="0"} 0
      orch_streamed_tokens_total{upstream="0"} 4
      orch_request_body_bytes 0
      gen_ai_server_time_to_first_token_seconds_count{upstream="0",gen_ai_request_model="m",engine="vllm",engine_version="0.11.0"} 1
      gen_ai_server_time_per_output_token_seconds_count{upstream="0",gen_ai_request_model="m",engine="vllm",engine_version="0.11.0"} 1
      gen_ai_server_request_duration_seconds_count{upstream="0",gen_ai_request_model="m",engine="vllm",engine_version="0.11.0"} 2
      orch_telemetry_enabled 1
      orch_samples_recorded_total 2
      orch_samples_written_total 2
      orch_samples_pending 0
      "
    `)
  })

  test('/metrics is well formed: every value has its family, every histogram adds up', async () => {
    const { body } = await send(gateway.admin_url!, '/metrics', null)
    const lines = body.trimEnd().split('\n')
    const types = new Map(
      lines.filter((l) => l.startsWith('# TYPE')).map((l) => l.split(' ').slice(2) as [string, string]),
    )
    for (const line of lines.filter((l) => !l.startsWith('#'))) {
      const form = /^([a-z_]+)(\{([a-z_]+="[^"\n]*",?)+\})? [0-9.e+-]+$/.exec(line)
      expect(form, line).not.toBeNull()
      const name = form![1]!
      expect(types.has(name) || types.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram', line).toBe(true)
    }
    const value = (text: string) =>
      Number(
        lines
          .find((line) => line.startsWith(text))!
          .split(' ')
          .at(-1),
      )
    const buckets = lines
      .filter((line) => line.startsWith('gen_ai_server_time_to_first_token_seconds_bucket'))
      .map((l) => Number(l.split(' ').at(-1)))
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b))
    expect(buckets.at(-1)).toBe(value('gen_ai_server_time_to_first_token_seconds_count'))
  })
})

describe('a gateway that records nothing', () => {
  test('still counts tasks and their ends', async () => {
    const double = await startEngineDouble('vllm', { ttft_ms: 2, tpot_ms: 1 })
    const gateway = await runGateway({ upstream: [{ url: double.url }], telemetry: false })
    const body = { model: 'm', messages: [], stream: true }
    await send(gateway.url, '/v1/chat/completions', body)
    await send(gateway.url, '/v1/chat/completions', body, {
      headers: { 'x-double': '{"outcome":"error","status":429}' },
    })
    const metrics = (await send(gateway.admin_url!, '/metrics', null)).body
    expect(metrics).toContain('orch_tasks_total{upstream="0",api="openai.chat",exit="ok"} 1')
    expect(metrics).toContain('orch_tasks_total{upstream="0",api="openai.chat",exit="reject"} 1')
    expect(metrics).toContain('orch_telemetry_enabled 0')
    const labels = 'upstream="0",gen_ai_request_model="m",engine="vllm",engine_version="0.11.0"'
    expect(metrics).toContain(`gen_ai_server_time_to_first_token_seconds_count{${labels}} 1`)
    expect(metrics).toContain(`gen_ai_server_request_duration_seconds_count{${labels}} 1`)
    expect(metrics).toContain(`orch_task_failures_total{${labels},error_type="http_429"} 1`)
    // The engine got the client's own bytes.
    expect(double.requests.filter(({ method }) => method === 'POST')[0]!.body.toString()).toBe(JSON.stringify(body))
    await gateway.close()
    await double.close()
  })
})

test('the labels of models are limited: configured names, the first 50 that the engine knows, then other', async () => {
  const double = await startEngineDouble('vllm', { ttft_ms: 0, tpot_ms: 0, tokens: 2 })
  const gateway = await runGateway({ upstream: [{ url: double.url, models: ['configured', 'm-*'] }], telemetry: false })
  const ask = (model: string, outcome = {}) =>
    send(
      gateway.url,
      '/v1/chat/completions',
      { model, messages: [], stream: true },
      { headers: { 'x-double': JSON.stringify(outcome) } },
    )
  await ask('m-nobody-has', { outcome: 'error', status: 404 })
  for (let i = 0; i < 53; i++) await ask(`m-"${i}`)
  await ask('configured')
  const { body } = await send(gateway.admin_url!, '/metrics', null)
  const counts = body.matchAll(
    /^gen_ai_server_request_duration_seconds_count\{.*gen_ai_request_model="(.*?[^\\])",.*\} (\d+)$/gm,
  )
  const tasks = new Map([...counts].map(([, model, count]) => [model, Number(count)]))
  expect(tasks.size).toBe(52)
  expect([tasks.get('m-\\"49'), tasks.get('other'), tasks.get('configured')]).toEqual([1, 3, 1])
  expect(body).not.toContain('nobody')
  await gateway.close()
  await double.close()
})
