import { loadLocalKey } from '../../anonymise/local_key.ts'
import type { ModelFacts } from '../../engines/types.ts'
import { startGpuMonitor } from '../../gpu/start_gpu_monitor.ts'
import type { GpuMonitor, GpuView } from '../../gpu/types.ts'
import { UNKNOWN } from '../../sample/clean_labels.ts'
import { makeHostId } from '../../sample/host_id.ts'
import type { CommandIo } from '../io.ts'
import { createStyle } from '../style.ts'
import type { SampleContext } from './measure.ts'
import type { BenchRequest } from './request.ts'
import { type PromptResponse, sendPrompt } from './send_prompt.ts'
import { askTarget, type Target } from './target.ts'

/**
 * Warms the engine up with one request, which is not counted, and returns its response.
 *
 * @throws Error if it fails
 */
export async function warmUp(
  target: Target,
  text: string,
  { max_tokens, timeout_s }: BenchRequest,
  io: CommandIo,
): Promise<PromptResponse> {
  io.writeError('warm-up …\n')
  const response = await sendPrompt(target, { text, max_tokens, timeout_ms: timeout_s * 1000 })
  if (response.failure === null) return response
  throw new Error(
    `orch bench: ${target.url}: expected an answer from model "${target.model}", found ${response.failure}. ` +
      'Check --url and --model, and that the engine runs.',
  )
}

/** Calls `run` with what the samples have in common, while the GPU is watched. */
export async function withContext<T>(
  target: Target,
  request: BenchRequest,
  io: CommandIo,
  run: (context: SampleContext) => Promise<T>,
): Promise<T> {
  const { monitor, gpu } = await watchGpu(target, request, io)
  try {
    return await run({
      model_ref: request.model_ref,
      gpu,
      known: await askModelFacts(target),
      // Identifies the host of the engine, which is known only if the engine runs here.
      host_id: target.local ? makeHostId(loadLocalKey(io.env)) : undefined,
      now: io.now,
    })
  } finally {
    await monitor.close()
  }
}

async function askModelFacts(target: Target): Promise<ModelFacts> {
  const facts = await askTarget(target)
  if (!facts.elsewhere) return facts
  throw new Error(
    `orch bench: ${target.url}: expected a model that runs there, found "${target.model}", which it sends on to another host.`,
  )
}

/** Reads the GPU of this host only if the engine runs here. */
async function watchGpu({ local }: Target, { gpu: choice }: BenchRequest, io: CommandIo): Promise<WatchedGpu> {
  const style = createStyle(io, 'error')
  const note = (text: string) => io.writeError(`${style.faint(`note: ${text}`)}\n`)
  const problems: string[] = []
  let warn = (text: string): void => void problems.push(text)
  const probe = local || choice.devices !== undefined
  const monitor = await startGpuMonitor({ config: { probe }, env: io.env, warn: (text) => warn(text) })
  const gpu = monitor.select(choice)
  const unnamed = gpu.facts().gpu_name === UNKNOWN
  warn = note
  if (unnamed && !problems.some((text) => text.includes('devices'))) note(probe ? NO_GPU_FOUND : NO_GPU_NAMED)
  else problems.forEach(note)
  return { monitor, gpu }
}

interface WatchedGpu {
  monitor: GpuMonitor
  gpu: GpuView
}

const NO_GPU_FOUND = 'no tool of this host names its GPU; pass --gpu NAME, or the samples cannot be published'
const NO_GPU_NAMED = 'the engine runs on another host; pass --gpu NAME, or the samples cannot be published'
