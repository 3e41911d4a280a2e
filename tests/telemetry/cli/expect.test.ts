import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callOrch, makeHome } from './support/call_orch.ts'
import { bufferOf, fillBuffer, makeEvent } from './support/fill_buffer.ts'

const MODEL = 'hf:meta-llama/Llama-3.1-8B-Instruct'
const row = (changes: object = {}) => ({
  kind: 'curated',
  source: 'a-source',
  model_id: MODEL,
  gpu_id: 'nvidia-rtx-4090',
  gpu_count: 1,
  engine: 'vllm',
  quantization: 'bf16',
  measurement_type: 'single_stream',
  concurrency_bucket: '1',
  last_month: '2026-02',
  decode_tps_n: 5,
  decode_tps_p25: 95,
  decode_tps_p50: 100,
  decode_tps_p75: 104,
  ttft_ms_p50: 40,
  a_later_column: true,
  ...changes,
})
const FIGURES = [
  row(),
  row({ quantization: 'fp8', decode_tps_p50: 150, decode_tps_p25: null, decode_tps_p75: null }),
  row({ gpu_id: 'nvidia-rtx-3090', decode_tps_p50: 60 }),
]

/** A document of the site's API, and a home whose host ran the model at so many tokens a second. */
async function prepare(own_tps: number, tasks = 40) {
  const env = makeHome()
  const file = join(mkdtempSync(join(tmpdir(), 'orch-expect-')), 'model.json')
  writeFileSync(file, JSON.stringify({ page: 'x', model: null, figures: FIGURES }))
  const event = { tokens_out: 101, decode_time_ms: 100_000 / own_tps, measurement_type: 'single_stream' as const }
  const events = Array.from({ length: tasks }, (_, i) => makeEvent({ job_id: `j${i}`, quantization: 'bf16', ...event }))
  await fillBuffer(bufferOf(env), events)
  return { env, file }
}

const CARD = ['--gpu', 'NVIDIA GeForce RTX 4090']

describe('orch expect', () => {
  it('shows what is published on this card, and where this host stands', async () => {
    const { env, file } = await prepare(80)
    const { code, out } = await callOrch(['expect', MODEL, '--from', file, ...CARD], { env })
    expect(code).toBe(0)
    expect(out).toMatchInlineSnapshot(`
      "Llama-3.1-8B-Instruct on NVIDIA GeForce RTX 4090

      engine  precision  users  tok/s   p25–p75  TTFT ms  this host
      vllm    bf16       one      100  95.0–104     40.0  80.3, 20 % slower
      vllm    fp8        one      150         –     40.0

      this host: median decode speed of its own samples, beside the published middle half.
      "
    `)
  })

  it.each([
    [80, 'slower'],
    [97, 'within'],
    [104.5, 'within'],
    [120, 'faster'],
  ])('%d tok/s beside 95 to 104: %s', async (own_tps, verdict) => {
    const { env, file } = await prepare(own_tps)
    const { out } = await callOrch(['expect', MODEL, '--from', file, '--json', ...CARD], { env })
    const [first] = (JSON.parse(out) as { rows: { standing: { verdict: string; tasks: number } | null }[] }).rows
    expect(first!.standing).toMatchObject({ verdict, tasks: 40 })
  })

  it('does not judge by few samples; shows every card if asked', async () => {
    const { env, file } = await prepare(80, 19)
    const { out } = await callOrch(['expect', MODEL, '--from', file, '--json', '--all'], { env })
    const { rows } = JSON.parse(out) as { rows: { standing: unknown }[] }
    expect(rows.map(({ standing }) => standing)).toEqual([null, null, null])
  })

  it.each<[string, string[], string]>([
    [
      'an unknown model',
      ['expect', 'nosuch', '--from', 'x', '--all'],
      'MODEL: expected a model that the catalogue has',
    ],
    ['an ambiguous card', ['expect', MODEL, '--from', 'x', '--gpu', 'RTX 3060'], 'It may be NVIDIA GeForce RTX 3060'],
    [
      'no file',
      ['expect', MODEL, '--from', '/nonexistent', '--all'],
      "/nonexistent: expected a document of the site's API, found ENOENT.",
    ],
    [
      'another file',
      ['expect', MODEL, '--from', 'package.json', '--all'],
      'package.json: expected a document of a model or GPU',
    ],
  ])('says what is wrong: %s', async (_, args, text) => {
    const { code, error } = await callOrch(args, { env: makeHome() })
    expect([code, error.includes(text)], error).toEqual([1, true])
  })
})

describe('with an address', () => {
  let site: Server
  let url: string
  const asked: string[] = []
  beforeAll(async () => {
    site = createServer((request, response) => {
      asked.push(request.url!)
      const documents: Record<string, object> = {
        '/base/api/v1/index.json': { models: { [MODEL]: 'https://public.example/elsewhere/api/v1/models/llama.json' } },
        '/base/api/v1/models/llama.json': { figures: FIGURES },
      }
      const document = documents[request.url!]
      response.writeHead(document ? 200 : 404).end(JSON.stringify(document ?? {}))
    })
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  })
  afterAll(() => void site.close())

  it('asks the site for its index and the model, nothing else', async () => {
    const { env } = await prepare(80)
    const { code, out } = await callOrch(['expect', MODEL, '--from', `${url}/base`, '--all'], { env })
    expect([code, out.includes('80.3, 20 % slower')], out).toEqual([0, true])
    expect(asked).toEqual(['/base/api/v1/index.json', '/base/api/v1/models/llama.json'])
  })

  it('orch telemetry report --against sets its figures beside the published ones', async () => {
    const { env } = await prepare(80)
    const { code, out } = await callOrch(['telemetry', 'report', '--against', `${url}/base`], { env })
    expect(code).toBe(0)
    expect(out.slice(out.indexOf('Beside'))).toMatchInlineSnapshot(`
      "Beside the published figures
      model                  precision  engine  users  published tok/s  this host
      Llama-3.1-8B-Instruct  bf16       vllm    one                100  80.3, 20 % slower
      "
    `)
  })

  it('a file that is torn is told, also where this host has nothing to set beside it', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'orch-expect-')), 'torn.json')
    writeFileSync(file, '{"figures": [{"kind": "cur')
    const { code, error } = await callOrch(['telemetry', 'report', '--against', file], { env: makeHome() })
    expect(code).toBe(1)
    expect(error).toContain(`${file}: expected a document of a model or GPU from the site's API`)
  })

  it('a host of few samples has nothing to set beside the published figures, and is told so', async () => {
    const { env, file } = await prepare(80, 3)
    const { code, out } = await callOrch(['telemetry', 'report', '--against', file], { env })
    expect(code).toBe(0)
    expect(out).toContain('No configuration of this host has 20 samples with a decode speed yet')
  })

  it('says so if nothing answers as a site does', async () => {
    const { error } = await callOrch(['expect', MODEL, '--from', `${url}/nowhere?key=secret`, '--all'], {
      env: makeHome(),
    })
    expect(error).toContain('/nowhere/api/v1/index.json: expected status 200, found 404.')
    expect(error).not.toContain('secret')
  })
})
