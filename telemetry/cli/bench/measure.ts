import { randomUUID } from 'node:crypto'
import type { TelemetryEvent } from '../../../contracts/index.ts'
import type { ModelFacts } from '../../engines/types.ts'
import type { LoadFacts } from '../../gateway/load_meter.ts'
import { toTaskResult } from '../../gateway/task_result.ts'
import type { GpuView } from '../../gpu/types.ts'
import { type BuiltSample, buildSample } from '../../sample/build_sample.ts'
import { toModelRef } from '../../wire/model_ref.ts'
import type { Prompt, PromptKind } from './prompts.ts'
import { type PromptResponse, sendPrompt } from './send_prompt.ts'
import type { Target } from './target.ts'

export interface MeasureOptions extends SampleContext {
  prompts: readonly Prompt[]
  max_tokens: number
  timeout_ms: number
}

/** What the samples of a run have in common. */
export interface SampleContext {
  /** Overrides the reference made from the name of the model. */
  model_ref: string | undefined
  gpu: GpuView
  /** What the server reports of the model. */
  known: ModelFacts
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
    const built = toSample(target, response, SINGLE_STREAM, window.close(), options)
    if ('event' in built) yield { kind, event: built.event, failure: response.failure }
    else yield { kind, event: null, failure: built.invalid }
  }
}

const SINGLE_STREAM: LoadFacts = { measurement_type: 'single_stream', concurrency: 1 }

/** The sample of a response, or why it has none. `vram` is the highest memory in use meanwhile, in MB. */
export function toSample(
  target: Target,
  response: PromptResponse,
  load: LoadFacts,
  vram: number | null,
  options: SampleContext,
): BuiltSample {
  const { started_at, ended_at, seen, outcome } = response
  const result = toTaskResult({
    api: target.api,
    outcome,
    seen,
    accepted_at: started_at,
    ended_at,
    load,
  })
  return buildSample({
    facts: formFacts(target, options),
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

/** What the samples of a run say of the model and the engine. */
export function formFacts({ model, identity }: Target, { model_ref, known }: SampleContext) {
  const engine = known.engine ?? identity.engine
  return {
    model_ref: model_ref ?? toModelRef(known.weights ?? model, engine, known.weights ? {} : identity.weights),
    engine,
    engine_version: known.engine_version ?? identity.engine_version,
    quantization: identity.quantization ?? known.quantization,
  }
}
