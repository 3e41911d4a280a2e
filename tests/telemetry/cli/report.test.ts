import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { callOrch, makeHome } from './support/call_orch.ts'
import { bufferOf, fillBuffer, makeEvent } from './support/fill_buffer.ts'

const NOW = '2026-03-14T12:00:00.000Z'

/** Tasks of two models, two versions and two loads, with a cancelled and a failed one. */
async function fillHome() {
  const env = makeHome()
  const at = (hour: number) => `2026-03-14T${String(hour).padStart(2, '0')}:30:00.000Z`
  const llama = Array.from({ length: 40 }, (_, i) =>
    makeEvent({
      job_id: `a${i}`,
      ts: at(i % 10),
      engine_version: i < 20 ? '0.9.0' : '0.10.0',
      concurrency: i % 2 === 0 ? 1 : 3,
      first_token_ms: 100 + i,
      tokens_out: 101,
      decode_time_ms: i < 20 ? 2000 : 1000,
      output_tps: 400,
    }),
  )
  const qwen = makeEvent({ job_id: 'b', ts: '2026-03-01T00:00:00.000Z', model_ref: 'hf:Qwen/Qwen3-8B' })
  const failed = makeEvent({ job_id: 'c', ts: at(1), engine_version: '0.10.0', exit: 'error', error_code: 'http_500' })
  const gone = makeEvent({ job_id: 'd', ts: at(1), engine_version: '0.10.0', exit: 'cancel' })
  await fillBuffer(bufferOf(env), [qwen, ...llama])
  // What was recorded for the operator alone counts as well.
  await fillBuffer(`${bufferOf(env)}-local`, [failed, gone])
  return env
}

describe('orch telemetry report', () => {
  it('sums up what the buffers hold, by version', async () => {
    const { code, out } = await callOrch(['telemetry', 'report', '--since', '2d'], { env: await fillHome(), now: NOW })
    expect(code).toBe(0)
    expect(out.replaceAll(/tok\/s [▁-█ ]+ VRAM/g, 'tok/s … VRAM')).toMatchInlineSnapshot(`
      "42 tasks from 2026-03-12 12:00 to 2026-03-14 12:00 (UTC)
                                     tasks  failed TTFT p50  p95 ms   tok/s     all

      hf:meta-llama/Llama-3.1-8B-Instruct
        vllm 0.9.0                      20     0 %      109     119    49.9     399
        tok/s … VRAM 20.1 of 24.6 GB
        vllm 0.10.0                     22   4.5 %      129     138    99.8     399
        tok/s … VRAM 20.1 of 24.6 GB  http_500 1

      failed: errors and refusals. tok/s: decode speed of one request, p50; all: of all
      streams together, p50. Over all prompt sizes; --by concurrency tells loads apart.
      "
    `)
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(82)
  })

  it.each([
    ['model', [[null, null, null, 42]]],
    [
      'concurrency',
      [
        ['0.9.0', '1', null, 10],
        ['0.9.0', '2-4', null, 10],
        ['0.10.0', '1', null, 10],
        ['0.10.0', '2-4', null, 10],
        ['0.10.0', 'unknown', null, 2],
      ],
    ],
    ['hour', Array.from({ length: 10 }, (_, hour) => [null, null, hour, hour === 1 ? 6 : 4])],
  ] as const)('has a row for each %s', async (by, rows) => {
    const call = ['telemetry', 'report', '--since', '2026-03-10', '--by', by, '--format', 'json']
    const { out } = await callOrch(call, { env: await fillHome(), now: NOW })
    const report = JSON.parse(out) as { tasks: number; rows: Record<string, unknown>[] }
    expect(report.tasks).toBe(42)
    expect(report.rows.map((row) => [row.engine_version, row.concurrency, row.hour, row.tasks])).toEqual(rows)
  })

  it('is a table in Markdown and CSV', async () => {
    const env = await fillHome()
    const forms = ['markdown', 'csv'].map((format) =>
      callOrch(['telemetry', 'report', '--by', 'model', '--format', format], { env, now: NOW }),
    )
    const [markdown, csv] = (await Promise.all(forms)).map(({ out }) => out.trimEnd().split('\n'))
    expect(markdown![2]).toBe('| hf:Qwen/Qwen3-8B | vllm | 1 | 0 % | 42.9 | 42.9 | 69.0 | – | 20.1 |')
    expect(csv).toHaveLength(3)
    expect(csv![2]).toBe(
      'hf:meta-llama/Llama-3.1-8B-Instruct,vllm,,,,42,40,1,1,0,119,138,49.9,49.9,399,399,51828,5174,20110,24564',
    )
  })

  it('says where it looked if there is nothing, and writes nothing', async () => {
    const { code, out } = await callOrch(['telemetry', 'report'], { env: makeHome() })
    expect(code).toBe(0)
    expect(out).toMatch(
      /^No task since \d{4}-\d{2}-\d{2} in .*buffer or .*buffer-local\.\nTelemetry is off\. orch telemetry local/,
    )
  })

  it('counts what it cannot read, and goes on behind it', async () => {
    const env = makeHome()
    const dir = bufferOf(env)
    mkdirSync(dir, { recursive: true })
    const good = JSON.stringify(makeEvent())
    const text = [good, '{"broken', 'null', 'x'.repeat(300_000), '[1]', good].join('\n')
    writeFileSync(join(dir, '000000000001-1773480000000-4711.1b2c3.0f1e2d3c-9a8b7c6d.n6.jsonl'), `${text}\n`)
    const { out } = await callOrch(['telemetry', 'report', '--format', 'json'], { env, now: NOW })
    expect(JSON.parse(out)).toMatchObject({ tasks: 2, unreadable: expect.any(Number) })
  })

  it.each([
    [
      ['--since', 'yesterday'],
      '--since: expected a span (90m, 24h, 7d, 2w) or a day (YYYY-MM-DD), found "yesterday".\n',
    ],
    [['--by', 'gpu'], '--by: expected one of model, version, concurrency, hour, found "gpu".\n'],
    [['--format', 'xml'], '--format: expected one of text, markdown, json, csv, found "xml".\n'],
  ])('%j is a wrong command line', async (args, text) => {
    expect(await callOrch(['telemetry', 'report', ...args])).toEqual({ code: 2, out: '', error: text })
  })
})
