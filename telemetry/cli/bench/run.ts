import { randomBytes } from 'node:crypto'
import { judgeLine } from '../../../contracts/index.ts'
import { anonymizeEvent, shuffleByJobId } from '../../anonymise/anonymize_event.ts'
import { loadLocalKey } from '../../anonymise/local_key.ts'
import type { ModelFacts } from '../../engines/types.ts'
import { startGpuMonitor } from '../../gpu/start_gpu_monitor.ts'
import type { GpuMonitor, GpuView } from '../../gpu/types.ts'
import { NamePolicy, PRIVATE } from '../../publish/name_policy.ts'
import { UNKNOWN } from '../../sample/clean_labels.ts'
import { makeHostId } from '../../sample/host_id.ts'
import { decodeSpeed, formatFigure } from '../figures.ts'
import { plural } from '../format.ts'
import type { CommandIo } from '../io.ts'
import { writeAtomically } from '../output_file.ts'
import { createStyle } from '../style.ts'
import { type Measurement, measure } from './measure.ts'
import { makePrompts } from './prompts.ts'
import type { BenchRequest } from './request.ts'
import { sendPrompt } from './send_prompt.ts'
import { formatMeasurements } from './summary.ts'
import { askTarget, openTarget, type Target } from './target.ts'

/** Warms up, measures, writes; true if every request was answered. */
export async function bench(request: BenchRequest, io: CommandIo): Promise<boolean> {
  const target = await openTarget(request)
  const { engine, engine_version } = target.identity
  io.writeError(`${target.url}: ${engine} ${engine_version}\n`)
  const [first, ...prompts] = makePrompts(request.prompts + 1, randomBytes(4).toString('hex'))
  await warmUp(target, first!.text, request, io)
  const measurements = await measureAll(target, prompts, request, io)
  const failed = measurements.filter(({ failure }) => failure !== null).length
  writeResults(measurements, request, io)
  if (failed > 0) io.writeError(`${plural(failed, 'request')} failed.\n`)
  return failed === 0
}

async function warmUp(target: Target, text: string, { max_tokens, timeout_s }: BenchRequest, io: CommandIo) {
  io.writeError('warm-up …\n')
  const { failure } = await sendPrompt(target, { text, max_tokens, timeout_ms: timeout_s * 1000 })
  if (failure === null) return
  throw new Error(
    `orch bench: ${target.url}: expected an answer from model "${target.model}", found ${failure}. ` +
      'Check --url and --model, and that the engine runs.',
  )
}

async function measureAll(
  target: Target,
  prompts: ReturnType<typeof makePrompts>,
  request: BenchRequest,
  io: CommandIo,
) {
  const { monitor, gpu } = await watchGpu(target, request, io)
  const measurements: Measurement[] = []
  try {
    const options = {
      prompts,
      max_tokens: request.max_tokens,
      timeout_ms: request.timeout_s * 1000,
      model_ref: request.model_ref,
      gpu,
      known: await askModelFacts(target),
      // Identifies the host of the engine, which is known only if the engine runs here.
      host_id: target.local ? makeHostId(loadLocalKey(io.env)) : undefined,
      now: io.now,
    }
    for await (const measurement of measure(target, options)) {
      measurements.push(measurement)
      io.writeError(`${String(measurements.length).padStart(3)}/${prompts.length}  ${describe(measurement)}\n`)
    }
  } finally {
    await monitor.close()
  }
  return measurements
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

function describe({ kind, event, failure }: Measurement): string {
  if (failure !== null || event === null) return `${kind.padEnd(6)}  failed: ${failure}`
  const speed = decodeSpeed(event)
  const first = event.first_token_ms === null ? '' : `, TTFT ${formatFigure(event.first_token_ms)} ms`
  return `${kind.padEnd(6)}  ${plural(event.tokens_out, 'token')}${first}${speed === null ? '' : `, ${formatFigure(speed)} tok/s`}`
}

function writeResults(measurements: readonly Measurement[], request: BenchRequest, io: CommandIo): void {
  const { out, json } = request
  const lines = toLines(measurements, request, io)
  const summary = `\n${formatMeasurements(measurements).join('\n')}\n`
  if (json) io.writeOut(lines.map((line) => `${line}\n`).join(''))
  if (json) io.writeError(summary)
  else io.writeOut(summary)
  if (out === undefined || lines.length === 0) return
  writeAtomically(out, lines.map((line) => `${line}\n`).join(''))
  io.writeError(`Wrote ${plural(lines.length, 'sample')} to ${out}, anonymised. Check: orch validate ${out}\n`)
}

/** The samples in the form for publication, shuffled. Who states the reference of the model releases it. */
function toLines(measurements: readonly Measurement[], { model_ref }: BenchRequest, io: CommandIo): string[] {
  const key = loadLocalKey(io.env)
  const events = measurements.flatMap(({ event }) => event ?? [])
  const names = new NamePolicy({ released: model_ref === undefined ? [] : [model_ref] })
  const samples = events.map((event) => names.apply(anonymizeEvent(event, key)))
  if (samples.some((sample) => sample.model_ref === PRIVATE)) io.writeError(`${WITHHELD}\n`)
  const lines = shuffleByJobId(samples).map((sample) => JSON.stringify(sample))
  return lines.filter((line) => judgeLine('anonymized_export', line).verdict === 'accepted')
}

const WITHHELD = `The catalogue does not know this model: the samples call it "${PRIVATE}", and no table shows them. To publish its name, pass --model-ref NAME.`
