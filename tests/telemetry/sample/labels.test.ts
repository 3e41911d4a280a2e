import { describe, expect, it } from 'vitest'
import type { TelemetryEvent } from '../../../contracts/index.ts'
import type { GpuMonitor } from '../../../telemetry/gpu/types.ts'
import { buildSample, type SampleParts } from '../../../telemetry/sample/build_sample.ts'
import { A100, JOB_ID, makeRecorder } from '../support/recorder.ts'

function build(changes: Partial<SampleParts>) {
  const built = buildSample({
    facts: { model_ref: 'hf:org/repo', engine: 'vllm', engine_version: '0.11.0' },
    result: { exit: 'ok', tokens_in: 100, tokens_out: 10 },
    times: { started_at: 0, first_token_at: 5, last_token_at: 9, pieces: 5 },
    gpu: A100,
    vram_used_mb_peak: 70_000,
    ended_at: Date.parse('2026-11-24T12:00:00Z'),
    tenant_id: 'anon',
    newJobId: () => JOB_ID,
    timing_source: 'gateway',
    ...changes,
  })
  if ('invalid' in built) throw new Error(built.invalid)
  // As it is recorded.
  return JSON.parse(JSON.stringify(built.event)) as TelemetryEvent
}

function facts(changes: Partial<SampleParts['facts']>) {
  return build({ facts: { model_ref: 'hf:org/repo', engine: 'vllm', engine_version: '0.11.0', ...changes } })
}

describe('the labels of a sample', () => {
  it.each([
    ['hf:org/repo', 'hf:org/repo'],
    ['meta-llama/Llama-3.1-8B', 'hf:meta-llama/Llama-3.1-8B'],
    ['llama3.1:8b', 'llama3.1:8b'],
    ['mannix/llama3.1:q4_K_M', 'llama3.1:q4_K_M'],
    ['/srv/alice/models/Qwen3-8B', 'Qwen3-8B'],
    ['C:\\Users\\alice\\Qwen3-8B', 'Qwen3-8B'],
    ['/home/alice/Qwen3-8B-Q4_K_M.gguf', 'Qwen3-8B-Q4_K_M'],
    ['write me a poem about Alice', 'unknown'],
    ['about Alice/Bob', 'unknown'],
    ['Alice, about\\x.gguf', 'unknown'],
    ['', 'unknown'],
  ])('model %j is %j', (model_ref, expected) => {
    expect(facts({ model_ref }).model_ref).toBe(expected)
  })

  it.each([
    ['vLLM ', 'vllm'],
    ['my engine', 'unknown'],
    ['', 'unknown'],
  ])('engine %j is %j', (engine, expected) => {
    expect(facts({ engine }).engine).toBe(expected)
  })

  it.each([
    ['b4567-a1b2c3d', 'b4567-a1b2c3d'],
    ['0.6.3 (release)', '0.6.3'],
    ['0.11.0+cu128', '0.11.0+cu128'],
    ['§', 'unknown'],
    ['', 'unknown'],
  ])('version %j is %j', (engine_version, expected) => {
    expect(facts({ engine_version }).engine_version).toBe(expected)
  })

  it('quantisation is as reported, else from the name of a GGUF file', () => {
    expect(facts({ model_ref: 'x-Q4_K_M.gguf' }).quantization).toBe('Q4_K_M')
    expect(facts({ model_ref: 'x-Q4_K_M.gguf', quantization: 'fp8' }).quantization).toBe('fp8')
    expect(facts({ model_ref: 'x-Q4_K_M', quantization: 'not one' })).not.toHaveProperty('quantization')
  })

  it('a job id of the orchestrator is kept, one that the contract does not allow is replaced', () => {
    expect(facts({ job_id: 'job-7' }).job_id).toBe('job-7')
    expect(facts({ job_id: 'job 7 of /home/alice' }).job_id).toBe(JOB_ID)
  })

  it('an error code is a code, never a message', () => {
    const code = (error_code: string) => build({ result: { exit: 'error', error_code } }).error_code
    expect(code('http_503')).toBe('http_503')
    expect(code('The prompt "hello" was too long')).toBeUndefined()
  })
})

describe('the counts of a sample', () => {
  it('leave out cached tokens that exceed the prompt, or whose prompt is not known', () => {
    const cached = (tokens_in: number | undefined, tokens_in_cached: number) =>
      build({ result: { exit: 'ok', tokens_in, tokens_out: 1, tokens_in_cached } }).tokens_in_cached
    expect(cached(100, 64)).toBe(64)
    expect(cached(100, 101)).toBeUndefined()
    expect(cached(undefined, 0)).toBeUndefined()
  })

  it('carry a mark if they were estimated', () => {
    expect(build({ result: { exit: 'cancel', tokens_out: 4, tokens_estimated: true } }).tokens_estimated).toBe(true)
    expect(build({ result: { exit: 'ok', tokens_out: 4, tokens_estimated: false } })).not.toHaveProperty(
      'tokens_estimated',
    )
  })

  it('say nothing of time that ran backwards', () => {
    const times = { started_at: 10, first_token_at: 5, last_token_at: 9, pieces: 5 }
    expect(buildSample({ ...partsOf(times), result: { exit: 'ok', tokens_out: 4 } })).toEqual({
      invalid: 'first_token_ms: not known, with exit "ok"',
    })
  })
})

function partsOf(times: SampleParts['times']): SampleParts {
  return {
    facts: { model_ref: 'm', engine: 'e', engine_version: 'v' },
    result: { exit: 'ok' },
    times,
    gpu: A100,
    vram_used_mb_peak: null,
    ended_at: 0,
    tenant_id: 'anon',
    newJobId: () => JOB_ID,
    timing_source: 'gateway',
  }
}

describe('the memory of a sample', () => {
  it('is that of all GPUs of the host', () => {
    expect(build({})).toMatchObject({ gpu_count: 2, vram_total_mb: 81_920, vram_used_mb_peak: 70_000 })
  })

  it('is a part of the total, and the memory in use is unknown, if fewer GPUs serve', () => {
    const event = facts({ gpu_count: 1 })
    expect(event).toMatchObject({ gpu_count: 1, vram_total_mb: 40_960, vram_used_mb_peak: null })
  })

  it('is null if the host cannot tell, and so is the count of the GPUs', () => {
    const gpu = { gpu_name: 'unknown', gpu_count: 1, vram_total_mb: null, driver_version: null, source: 'none' }
    const event = build({ gpu, vram_used_mb_peak: null })
    expect(event).toMatchObject({ gpu_name: 'unknown', vram_total_mb: null, vram_used_mb_peak: null })
    expect(event).not.toHaveProperty('gpu_count')
  })

  it('follows the task from its start to its end', () => {
    const calls: string[] = []
    const gpu: GpuMonitor = {
      facts: () => A100,
      openWindow: () => {
        calls.push('open')
        const close = () => {
          calls.push('close')
          return 71_234
        }
        return { close }
      },
      close: async () => {},
      select: () => gpu,
    }
    const { telemetry, samples } = makeRecorder({ gpu })
    const task = telemetry.task({ model_ref: 'm', engine: 'e', engine_version: 'v' }, { start: false })
    expect(calls).toEqual([])
    task.start()
    task.end({ exit: 'error' })
    task.end({ exit: 'error' })
    expect(calls).toEqual(['open', 'close'])
    expect(samples[0]?.vram_used_mb_peak).toBe(71_234)
  })
})

describe('tenants', () => {
  const tenantOf = (tenant_id: string | undefined, raw: boolean) => {
    const { telemetry, samples } = makeRecorder({ raw })
    telemetry.task({ model_ref: 'm', engine: 'e', engine_version: 'v', tenant_id }).end({ exit: 'error' })
    return samples[0]?.tenant_id
  }

  it('are pseudonyms before they reach the buffer, always the same', () => {
    const name = tenantOf('acme', false)
    expect(name).toMatch(/^anon:[0-9a-f]{32}$/)
    expect(tenantOf('acme', false)).toBe(name)
    expect(tenantOf('acme2', false)).not.toBe(name)
  })

  it('are anon without a tenant', () => {
    expect(tenantOf(undefined, false)).toBe('anon')
    expect(tenantOf('', true)).toBe('anon')
    expect(tenantOf('anon', false)).toBe('anon')
  })

  it('stay as they are with a raw policy, unless the contract does not allow their characters', () => {
    expect(tenantOf('acme', true)).toBe('acme')
    expect(tenantOf('Ärzte GmbH', true)).toMatch(/^anon:[0-9a-f]{32}$/)
  })

  it('that are pseudonyms already stay so', () => {
    expect(tenantOf('anon:0123456789abcdef', false)).toBe('anon:0123456789abcdef')
  })
})

describe('a sample that was made elsewhere', () => {
  it('is checked, and its tenant named like any other', () => {
    const { telemetry, samples, warnings } = makeRecorder()
    const event = build({ tenant_id: 'acme' })
    telemetry.record(event)
    telemetry.record({ ...event, prompt: 'hello' } as never)
    telemetry.record({ ...event, engine: 'No Engine' })
    expect(samples).toHaveLength(1)
    expect(samples[0]?.tenant_id).toMatch(/^anon:/)
    expect(telemetry.snapshot().samples).toMatchObject({ recorded: 3, dropped: { invalid: 2 } })
    expect(warnings.join()).not.toContain('hello')
  })
})
