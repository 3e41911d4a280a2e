import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makePrompts } from '../../../telemetry/cli/bench/prompts.ts'
import { median } from '../../../telemetry/cli/figures.ts'
import type { KnownEngine } from '../../../telemetry/engines/types.ts'
import { startEngineDouble } from '../../support/engine_doubles/index.ts'
import type { DoubleOptions, EngineDouble } from '../../support/engine_doubles/types.ts'
import { makeFolder, parseLines } from '../support/run_orch.ts'
import { callOrch, makeHome } from './support/call_orch.ts'
import { waitFor } from './support/serve_process.ts'

let double: EngineDouble | undefined
afterEach(() => double?.close())

async function start(engine: KnownEngine, options: Partial<DoubleOptions> = {}): Promise<string> {
  double = await startEngineDouble(engine, { tokens: 40, ttft_ms: 80, tpot_ms: 2, ...options })
  return double.url
}

describe('orch bench', () => {
  it.each([
    ['vllm', '/v1/chat/completions'],
    ['ollama', '/api/chat'],
    ['llama.cpp', '/v1/chat/completions'],
    ['sglang', '/v1/chat/completions'],
    ['tgi', '/v1/chat/completions'],
    ['lmstudio', '/v1/chat/completions'],
    ['nim', '/v1/chat/completions'],
    ['tensorrt-llm', '/v1/chat/completions'],
  ] as const)('measures %s by %s', async (engine, path) => {
    const url = await start(engine)
    const args = ['bench', '--url', url, '--model', double!.engine === 'vllm' ? 'org/repo' : 'm', '--prompts', '3']
    const { code, out } = await callOrch([...args, '--json', '--gpu', 'NVIDIA H100 80GB HBM3', '--gpu-count', '2'])
    expect(code).toBe(0)
    // The warm-up is asked and not counted.
    expect(double!.answers.map((answer) => answer.path)).toEqual(Array(4).fill(path))
    const samples = parseLines(out)
    expect(samples).toHaveLength(3)
    for (const sample of samples) {
      expect(sample).toMatchObject({
        engine,
        exit: 'ok',
        tokens_out: 40,
        tokens_in: 17,
        streamed: true,
        // A busy machine may read several tokens at once: then the time that the engine told counts.
        timing_source: expect.stringMatching(/^(client|engine)$/),
        measurement_type: 'single_stream',
        concurrency: 1,
        gpu_name: 'NVIDIA H100 80GB HBM3',
        gpu_count: 2,
        tenant_id: 'anon',
        ts: '2026-03-14T00:00:00Z',
      })
      expect(sample).not.toHaveProperty('tokens_estimated')
    }
    // The double's own clock says what it kept; this process was busy with both sides.
    const kept = double!.answers.slice(1).map((answer) => answer.last_token_at! - answer.first_token_at!)
    const decode = samples.map(({ decode_time_ms }) => decode_time_ms as number)
    expect(Math.abs(median(decode)! - median(kept)!)).toBeLessThan(40)
    expect(Math.min(...samples.map(({ first_token_ms }) => first_token_ms as number))).toBeGreaterThan(79)
  })

  it('writes a file that can be published, and a table', async () => {
    const url = await start('vllm')
    const file = join(makeFolder(), 'samples.jsonl')
    const call = ['bench', '--url', `${url}/v1/`, '--model', 'Qwen/Qwen3-8B', '--prompts', '2', '--out', file]
    const { code, out, error } = await callOrch(call)
    expect(code).toBe(0)
    expect(out).toMatch(/^\nPrompts +n +tokens in +tokens out +TTFT p50 +decode p50\n/)
    expect(out).toMatch(/^all +2 +17 +40 +[\d.]+ ms +[\d.]+ tok\/s$/m)
    expect(error).toContain('no tool of this host names its GPU; pass --gpu NAME')
    expect(readFileSync(file, 'utf8')).toContain('"model_ref":"hf:Qwen/Qwen3-8B"')
    expect((await callOrch(['validate', file])).code).toBe(0)
  })

  it('sends the key of the environment to the engine, and leaves it nowhere', async () => {
    const url = await start('vllm')
    const env = { ...makeHome(), MY_KEY: 'sk-canary-123' }
    const file = join(makeFolder(), 'samples.jsonl')
    const args = ['bench', '--url', url, '--model', 'm', '--prompts', '1', '--api-key-env', 'MY_KEY', '--out', file]
    const { code, out, error } = await callOrch(args, { env })
    expect(code).toBe(0)
    expect(double!.requests.every(({ headers }) => headers.authorization === 'Bearer sk-canary-123')).toBe(true)
    expect(out + error + readFileSync(file, 'utf8')).not.toContain('canary')
    const unset = await callOrch(['bench', '--url', url, '--model', 'm', '--api-key-env', 'NO_KEY'])
    expect(unset).toMatchObject({
      code: 2,
      error: '--api-key-env: expected the name of a variable that is set, found "NO_KEY".\n',
    })
  })

  it('ends before anything is measured if the engine refuses', async () => {
    const url = await start('vllm', { outcome: 'error', status: 404 })
    const { code, out, error } = await callOrch(['bench', '--url', url, '--model', 'gone', '--prompts', '1'])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(error).toMatch(/expected an answer from model "gone", found HTTP 404.*Check --url and --model/)
  })

  it('names an engine that cannot be reached', async () => {
    const url = await start('vllm')
    await double!.close()
    const { code, error } = await callOrch(['bench', '--url', url, '--model', 'm'])
    expect(code).toBe(1)
    expect(error).toContain('found ECONNREFUSED. Check --url and --model, and that the engine runs.')
  })

  it('counts a request that fails as an error, and goes on', async () => {
    const url = await start('vllm', { tokens: 100 })
    const call = callOrch(['bench', '--url', url, '--model', 'm', '--prompts', '3', '--json', '--timeout', '2'])
    // A request takes the options as they are when it arrives: what is set while one runs is for the next.
    await waitFor(
      () => double!.answers.length === 2,
      () => 'no second request',
    )
    double!.set({ outcome: 'reset' })
    await waitFor(
      () => double!.answers.length === 3,
      () => 'no third request',
    )
    double!.set({ outcome: 'ok' })
    const { code, out, error } = await call
    expect(code).toBe(1)
    const exits = parseLines(out).map(({ exit }) => exit)
    expect(exits.sort()).toEqual(['error', 'ok', 'ok'])
    expect(error).toContain('1 request failed.')
  })

  it.each([
    [['bench'], 'orch bench: --url URL is required.\nSee orch bench --help\n'],
    [['bench', '--url', 'http://x'], 'orch bench: --model NAME is required.\nSee orch bench --help\n'],
    [
      ['bench', '--url', '127.0.0.1:8000', '--model', 'm'],
      '--url: expected a URL that begins with http:// or https://, found "127.0.0.1:8000".\n',
    ],
    [
      ['bench', '--url', 'http://x', '--model', 'm', '--prompts', '0'],
      '--prompts: expected a whole number from 1 to 10000, found "0".\n',
    ],
  ])('%j is a wrong command line', async (args, text) => {
    expect(await callOrch(args)).toEqual({ code: 2, out: '', error: text })
  })
})

describe('prompts', () => {
  it('are of three lengths, and none begins like another', () => {
    const prompts = makePrompts(6, 'abc')
    expect(prompts.map(({ kind }) => kind)).toEqual(['short', 'medium', 'long', 'short', 'medium', 'long'])
    const lengths = prompts.slice(0, 3).map(({ text }) => text.split(/\s+/).length)
    expect(lengths[0]!).toBeLessThan(30)
    expect(lengths[1]!).toBeGreaterThan(100)
    expect(lengths[2]!).toBeGreaterThan(2.5 * lengths[1]!)
    expect(new Set(prompts.map(({ text }) => text.slice(0, 12))).size).toBe(6)
  })
})
