import { randomUUID } from 'node:crypto'
import type { TelemetryEvent } from '../../../contracts/index.ts'
import { toTaskResult } from '../../gateway/task_result.ts'
import type { GpuMonitor } from '../../gpu/types.ts'
import { buildSample } from '../../sample/build_sample.ts'
import { toModelRef } from '../../wire/model_ref.ts'
import type { Prompt, PromptKind } from './prompts.ts'
import { type PromptResponse, sendPrompt } from './send_prompt.ts'
import type { Target } from './target.ts'

export interface MeasureOptions {
  prompts: readonly Prompt[]
  max_tokens: number
  timeout_ms: number
  /** Overrides the reference made from the name of the model. */
  model_ref: string | undefined
  gpu: GpuMonitor
  gpu_count: number | undefined
  host_id: string | undefined
  now: () => Date
}

/** One measured request. */
export interface Measurement {
  kind: PromptKind
  event: TelemetryEvent | null
  /** Why there is no sample, or why the task failed; null if neither is the case. */
  failure: string | null
}

/** Sends one prompt after the other, never two at once, and yields each measurement as soon as it is complete. */
export async function* measure(target: Target, options: MeasureOptions): AsyncGenerator<Measurement> {
  for (const { kind, text } of options.prompts) {
    const window = options.gpu.openWindow()
    const response = await sendPrompt(target, { text, max_tokens: options.max_tokens, timeout_ms: options.timeout_ms })
    const built = toSample(target, response, window.close(), options)
    if ('event' in built) yield { kind, event: built.event, failure: response.failure }
    else yield { kind, event: null, failure: built.invalid }
  }
}

function toSample(
  { api, model, identity }: Target,
  response: PromptResponse,
  vram: number | null,
  options: MeasureOptions,
) {
  const { started_at, ended_at, seen, outcome } = response
  const load = { measurement_type: 'single_stream', concurrency: 1 } as const
  const result = toTaskResult({ api, outcome, seen, accepted_at: started_at, ended_at, load })
  return buildSample({
    facts: {
      model_ref: options.model_ref ?? toModelRef(model, identity.engine, identity.weights),
      engine: identity.engine,
      engine_version: identity.engine_version,
      quantization: identity.quantization,
      gpu_count: options.gpu_count,
    },
    // The times come from this program, not from a gateway.
    result: { ...result, timing_source: result.timing_source === 'engine' ? 'engine' : 'client' },
    times: { started_at, first_token_at: null, last_token_at: null, pieces: 0 },
    gpu: options.gpu.facts(),
    vram_used_mb_peak: vram,
    ended_at: options.now().getTime(),
    tenant_id: 'anon',
    newJobId: randomUUID,
    host_id: options.host_id,
    timing_source: 'client',
  })
}
